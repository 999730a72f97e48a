/** Short texts that hubs share, such as the tokens that one of them has generated. */

import { systemClock } from "../../clock";
import { SetupError } from "../../errors";
import { Database, type Query } from "./database";
import { migrate } from "./migrate";
import { DatabaseTrouble } from "./trouble";

const TOKEN = "token";

/**
 * The token of a name, made if there is none: of several hubs that start at once one makes it.
 * @throws SetupError when the database can't be used
 */
export function keptToken(
  url: string,
  name: string,
  make: () => string,
): Promise<{ token: string; isNew: boolean }> {
  return withDatabase(url, async (query, database) => {
    await migrate(database);
    const made = await query<{ value: string }>(
      "INSERT INTO shared (kind, name, value) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING value",
      [TOKEN, name, make()],
    );
    const [row] = made.length > 0 ? made : await readToken(query, name);
    if (!row) throw new SetupError("DATABASE_URL: a token that was generated is gone from the database.");
    return { token: row.value, isNew: made.length > 0 };
  });
}

/** The token of a name, if there is one: none is made. @throws SetupError when the database can't be used */
export function presentToken(url: string, name: string): Promise<string | undefined> {
  return withDatabase(url, async (query) => {
    const [table] = await query<{ is_there: boolean }>(
      "SELECT to_regclass('shared') IS NOT NULL AS is_there",
    );
    const [row] = table?.is_there ? await readToken(query, name) : [];
    return row?.value;
  });
}

function readToken(query: Query, name: string): Promise<{ value: string }[]> {
  return query("SELECT value FROM shared WHERE kind = $1 AND name = $2", [TOKEN, name]);
}

async function withDatabase<T>(
  url: string,
  work: (query: Query, database: Database) => Promise<T>,
): Promise<T> {
  const database = new Database({ url, clock: systemClock });
  try {
    return await work(database.query, database);
  } catch (error) {
    if (!(error instanceof DatabaseTrouble)) throw error;
    throw new SetupError(`DATABASE_URL: the database can't be used: ${error.message}.`);
  } finally {
    await database.close();
  }
}
