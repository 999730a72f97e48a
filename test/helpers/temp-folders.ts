/** Folders for one test each, deleted when it is over. */

import { rmSync } from "node:fs";
import { memoryFolder } from "./memory-folder";

/** @returns a function that makes a folder; to be called at the top of a test file */
export function tempFolders(): () => string {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = memoryFolder();
    folders.push(folder);
    return folder;
  };
}
