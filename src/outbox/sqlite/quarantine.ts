/** A damaged database is quarantined, for somebody to look at, and deleted when its time has come: users are in it. */

import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import type { Logger } from "pino";
import { errorCode } from "../../error-code";

/** Between the file's name and the time at which it was moved. */
const MARK = ".damaged-";

/** A database and what belongs to it. Source: https://www.sqlite.org/tempfiles.html */
const ENDINGS = ["", "-wal", "-shm", "-journal"];

/** What stands behind the mark: nothing else is the hub's own, as `Date.parse` takes `copy-2` for a time too. */
const MOVED_AT = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3}Z)(-wal|-shm|-journal)?$/;

/** @param now in milliseconds since 1970 @returns where it is now */
export function quarantine(file: string, now: number): string {
  const aside = file + MARK + new Date(now).toISOString().replaceAll(":", "-");
  for (const ending of ENDINGS) {
    if (existsSync(file + ending)) renameSync(file + ending, aside + ending);
  }
  return aside;
}

/**
 * Deletes for good what was quarantined before a time, by the time in its name. What can't be deleted is logged, and
 * keeps nothing else from being deleted.
 * @param before in milliseconds since 1970
 */
export function deleteQuarantined(file: string, before: number, log: Logger): void {
  const folder = path.dirname(file);
  const start = path.basename(file) + MARK;
  attempt(folder, log, () => {
    for (const name of readdirSync(folder)) {
      if (!name.startsWith(start) || !(movedAt(name.slice(start.length)) < before)) continue;
      const old = path.join(folder, name);
      attempt(old, log, () => {
        rmSync(old);
        log.warn({ deleted: old }, "a damaged outbox that was quarantined is deleted");
      });
    }
  });
}

function attempt(at: string, log: Logger, work: () => void): void {
  try {
    work();
  } catch (error) {
    log.error({ at, code: errorCode(error) }, "a damaged outbox that was quarantined can't be deleted");
  }
}

/** @param text as in `2025-01-31T12-00-00.000Z-wal` @returns NaN when it is no time: somebody else's file */
function movedAt(text: string): number {
  return MOVED_AT.test(text) ? Date.parse(text.replace(MOVED_AT, "$1T$2:$3:$4")) : Number.NaN;
}
