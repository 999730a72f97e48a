/** Lets what was deleted leave the disk: the pages it stood on still hold it until they leave the file. */

import { setImmediate as nextTurn } from "node:timers/promises";
import type Database from "better-sqlite3";

/** Pages that leave the file at a time: a few milliseconds of work. */
const VACUUM_PAGES = 64;

/** Stops when the database is closed. */
export async function dropDeletedPages(database: Database.Database): Promise<void> {
  while (database.open && database.pragma("freelist_count", { simple: true }) !== 0) {
    database.pragma(`incremental_vacuum(${VACUUM_PAGES})`);
    await nextTurn();
  }
  // The database's own log may hold it as well: it is emptied into the file.
  if (database.open) database.pragma("wal_checkpoint(TRUNCATE)");
}
