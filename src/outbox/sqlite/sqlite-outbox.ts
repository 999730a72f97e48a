/** The outbox in SQLite: one hub, one folder. */

import type { Outbox } from "../outbox";
import { SqliteIntake } from "./sqlite-intake";
import { SqliteLogs } from "./sqlite-logs";
import { SqliteRecords } from "./sqlite-records";
import { SqliteUpkeep } from "./sqlite-upkeep";
import { type SqliteOutboxOptions, Store } from "./store";

export type { SqliteOutboxOptions } from "./store";

/** @throws SetupError when the data folder can't be used */
export function openSqliteOutbox(options: SqliteOutboxOptions): Outbox {
  const store = new Store(options);
  return {
    intake: new SqliteIntake(store),
    logs: new SqliteLogs(store),
    records: new SqliteRecords(store),
    upkeep: new SqliteUpkeep(store),
    changes: store.changes,
  };
}
