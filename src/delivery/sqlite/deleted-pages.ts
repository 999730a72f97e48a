/** Lets what was deleted leave the disk: the pages it stood on still hold it until they leave the file. */

import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "./driver";

/** Pages that leave the file at a time: a few milliseconds of work. */
const VACUUM_PAGES = 64;

/** Stops when the database is closed, and when its layout lets none leave. */
export async function dropDeletedPages(database: Database): Promise<void> {
  while (database.open && dropSome(database)) await nextTurn();
  // The database's own log may hold it as well: it is emptied into the file.
  if (database.open) database.pragma("wal_checkpoint(TRUNCATE)");
}

/** @returns whether any page left */
function dropSome(database: Database): boolean {
  const before = freePages(database);
  if (before === 0) return false;
  database.pragma(`incremental_vacuum(${VACUUM_PAGES})`);
  return freePages(database) < before;
}

function freePages(database: Database): number {
  return Number(database.pragma("freelist_count", { simple: true }));
}
