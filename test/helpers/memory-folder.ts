/** A folder that is kept in memory where the system has room for it: a database there does not wait for a disk. */

import { mkdtempSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const IN_MEMORY = "/dev/shm";

/** The hub takes nothing on a disk that is nearly full, and a container may have little memory of this kind. */
const ENOUGH_BYTES = 2 * 1024 * 1024 * 1024;

/** @returns a new folder, which its user deletes */
export function memoryFolder(): string {
  return mkdtempSync(path.join(hasRoom() ? IN_MEMORY : tmpdir(), "hub-test-"));
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}
