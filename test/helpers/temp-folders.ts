/** Folders for one test each, deleted when it is over. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** @returns a function that makes a folder; to be called at the top of a test file */
export function tempFolders(): () => string {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(path.join(tmpdir(), "hub-test-"));
    folders.push(folder);
    return folder;
  };
}
