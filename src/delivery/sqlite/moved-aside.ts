/** A damaged database is moved aside, for somebody to look at, and deleted when its time has come: users are in it. */

import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";

/** Between the file's name and the time at which it was moved. */
const MARK = ".damaged-";

/** A database and what belongs to it. Source: https://www.sqlite.org/tempfiles.html */
const ENDINGS = ["", "-wal", "-shm"];

/** @param now in milliseconds since 1970 @returns where it is now */
export function moveAside(file: string, now: number): string {
  const aside = file + MARK + new Date(now).toISOString().replaceAll(":", "-");
  for (const ending of ENDINGS) {
    if (existsSync(file + ending)) renameSync(file + ending, aside + ending);
  }
  return aside;
}

/**
 * Deletes for good what was moved aside before a time, by the time in its name.
 * @param before in milliseconds since 1970
 * @returns the files that are gone
 */
export function deleteMovedAside(file: string, before: number): string[] {
  const folder = path.dirname(file);
  const start = path.basename(file) + MARK;
  const old = readdirSync(folder)
    .filter((name) => name.startsWith(start) && movedAt(name.slice(start.length)) < before)
    .map((name) => path.join(folder, name));
  for (const each of old) rmSync(each);
  return old;
}

/** @param text as in `2025-01-31T12-00-00.000Z-wal` @returns NaN when it is no time: somebody else's file */
function movedAt(text: string): number {
  return Date.parse(text.replace(/T(\d\d)-(\d\d)-([\d.]+Z)(-wal|-shm)?$/, "T$1:$2:$3"));
}
