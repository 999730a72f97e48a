/** Closes the data folder to others: who else may read it is not for a umask to say. */

import { chmodSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Logger } from "pino";
import { errorCode } from "./error-code";

/** How the names of what the hub keeps begin; whatever else lies in the folder is left alone. */
const OURS = [
  "outbox.sqlite3",
  "lock.sqlite3",
  "notices.json",
  "action-hub-token",
  "admin-token",
  "tokens.json",
];

const STICKY = 0o1000;

/** What this process makes from now on is for its own user only: files 0600, folders 0700. */
export function makeOnlyForOneself(): void {
  process.umask(0o077);
}

/** The same for what is there already, of a hub before this one or of whoever made the folder. */
export function closeToOthers(dataDir: string, log: Logger): void {
  try {
    // A folder for everybody's files, such as /tmp, stays one.
    const { mode } = statSync(dataDir);
    if ((mode & STICKY) === 0 && (mode & 0o077) !== 0) chmodSync(dataDir, 0o700);
    for (const name of readdirSync(dataDir)) {
      if (OURS.some((ours) => name.startsWith(ours))) chmodSync(path.join(dataDir, name), 0o600);
    }
  } catch (error) {
    log.warn(`the data folder can't be closed to others (${errorCode(error)}): see to its permissions`);
  }
}
