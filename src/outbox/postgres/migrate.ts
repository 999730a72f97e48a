/** Brings the database to the version of this code, one hub at a time. */

import { SetupError } from "../../errors";
import type { Database, Query } from "./database";
import { MIGRATIONS } from "./schema";
import { DatabaseTrouble } from "./trouble";

/** Older servers lack what the hub relies on. Source: https://www.postgresql.org/support/versioning/ */
export const OLDEST_SERVER = 130_000;

/** Names the lock that is held while the tables are made: any number that nobody else is likely to use. */
const LOCK = 7_142_017;

/** @throws SetupError when the database can't be reached, is too old, or is a newer hub's */
export async function migrate(database: Database): Promise<void> {
  try {
    await refuseOld(database.query);
    await database.transaction(async (query) => {
      await query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
      await query("CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL)");
      const [row] = await query<{ version: number }>("SELECT version FROM schema_version");
      const version = row?.version ?? 0;
      refuseNewer(version);
      if (version === MIGRATIONS.length) return;
      for (const statements of MIGRATIONS.slice(version)) await query(statements);
      await query("DELETE FROM schema_version");
      await query("INSERT INTO schema_version VALUES ($1)", [MIGRATIONS.length]);
    });
  } catch (error) {
    if (error instanceof SetupError) throw error;
    const why =
      error instanceof DatabaseTrouble ? error.message : `it refuses the hub's tables (${codeOf(error)})`;
    throw new SetupError(`DATABASE_URL: the database can't be used: ${why}.`);
  }
}

async function refuseOld(query: Query): Promise<void> {
  const [row] = await query<{ version: string }>("SELECT current_setting('server_version_num') AS version");
  const version = Number(row?.version);
  if (version >= OLDEST_SERVER) return;
  throw new SetupError(
    `DATABASE_URL: the server is PostgreSQL ${Math.floor(version / 10_000)}, and the hub needs 13 or newer.`,
  );
}

function refuseNewer(version: number): void {
  if (version <= MIGRATIONS.length) return;
  throw new SetupError(
    `DATABASE_URL: the database is a newer version's of this hub (${version}, this one knows ${MIGRATIONS.length}). ` +
      "Run that version, or set DATABASE_URL to another database.",
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
