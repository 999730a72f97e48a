/** Looks at the files of a data folder from outside. */

import { cpSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The files of a folder in which a text stands, anywhere among their bytes. */
export function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder).filter((name) => readFileSync(path.join(folder, name)).includes(text));
}

/** Copies what is on the disk at this moment: what a hub that was killed now would leave. */
export function copyAsKilled(folder: string, to: string): string {
  cpSync(folder, to, { recursive: true });
  return to;
}
