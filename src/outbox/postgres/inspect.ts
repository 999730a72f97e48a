/** Looks at a database, and changes nothing. */

import { systemClock } from "../../clock";
import { Database } from "./database";
import { OLDEST_SERVER } from "./migrate";
import { DatabaseTrouble } from "./trouble";

export interface DatabaseReport {
  /** As in `15.4`. */
  version: string;
  fsync: string;
  synchronousCommit: string;
  /** The hub's tables, or those that it needs. */
  mayCreate: boolean;
  /** By its clock, in milliseconds since 1970. */
  now: number;
  /** What the whole database takes. */
  bytes: number;
}

interface Row {
  version: string;
  number: string;
  fsync: string;
  synchronous_commit: string;
  may_create: boolean;
  is_read_only: boolean;
  now: number;
  bytes: number;
}

/** @returns what it is like; or why it can't be used, as part of a sentence */
export async function inspectDatabase(url: string): Promise<DatabaseReport | { problem: string }> {
  const database = new Database({ url, clock: systemClock });
  try {
    const [row] = await database.query<Row>(
      `SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS number,
              current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit,
              has_schema_privilege(current_schema(), 'CREATE') AS may_create,
              pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on' AS is_read_only,
              extract(epoch FROM clock_timestamp())::float8 * 1000 AS now, pg_database_size(current_database()) AS bytes`,
    );
    if (!row) return { problem: "the database says nothing" };
    const { version, number, fsync, synchronous_commit, may_create, is_read_only, now, bytes } = row;
    if (Number(number) < OLDEST_SERVER)
      return { problem: `it is PostgreSQL ${version}, and 13 or newer is needed` };
    if (is_read_only) return { problem: "it takes no writes: it is read-only" };
    return { version, fsync, synchronousCommit: synchronous_commit, mayCreate: may_create, now, bytes };
  } catch (error) {
    return {
      problem: error instanceof DatabaseTrouble ? error.message : "it does not take the hub's questions",
    };
  } finally {
    await database.close();
  }
}
