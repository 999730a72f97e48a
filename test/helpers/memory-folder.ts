/** A folder that is kept in memory where the system has such: a database there does not wait for a disk. */

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** @returns a new folder, which its user deletes */
export function memoryFolder(): string {
  try {
    return mkdtempSync("/dev/shm/hub-test-");
  } catch {
    return mkdtempSync(path.join(tmpdir(), "hub-test-"));
  }
}
