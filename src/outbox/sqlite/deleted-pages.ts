/** Lets what was deleted leave the disk: the pages it stood on still hold it until they leave the file. */

import { setImmediate as nextTurn } from "node:timers/promises";
import { type Clock, wait } from "../../clock";
import type { Database } from "./driver";

/** Pages that leave the file at a time: a few milliseconds of work. */
const VACUUM_PAGES = 64;

/** While another process reads the database its log can't be emptied: it is tried again after so many milliseconds. */
const EMPTY_AGAIN_MS = 10_000;

/** Ends when the database is about to be closed, and when its layout lets no page leave. */
export async function dropDeletedPages(database: Database, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && dropSome(database)) await nextTurn();
}

/** The database's own log holds what was deleted as well: empties it into the file, as soon as nobody reads it. */
export async function emptyLog(database: Database, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !tryToEmpty(database)) await wait(clock, EMPTY_AGAIN_MS, signal);
}

/** @returns whether any page left */
function dropSome(database: Database): boolean {
  const before = freePages(database);
  if (before === 0) return false;
  database.pragma(`incremental_vacuum(${VACUUM_PAGES})`);
  return freePages(database) < before;
}

/** Waits for nobody: it would be the whole hub that waits. Source: https://www.sqlite.org/pragma.html#pragma_wal_checkpoint */
function tryToEmpty(database: Database): boolean {
  const timeout = Number(database.pragma("busy_timeout", { simple: true }));
  database.pragma("busy_timeout = 0");
  try {
    return Number(database.pragma("wal_checkpoint(TRUNCATE)", { simple: true })) === 0;
  } catch {
    // Such as beside a full disk.
    return false;
  } finally {
    database.pragma(`busy_timeout = ${timeout}`);
  }
}

function freePages(database: Database): number {
  return Number(database.pragma("freelist_count", { simple: true }));
}
