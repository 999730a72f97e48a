/** How much of its disk the data folder takes, and what is left. */

import { readdir, stat, statfs } from "node:fs/promises";
import path from "node:path";

export interface DiskUse {
  usedBytes: number;
  freeBytes: number;
  sizeBytes: number;
}

/** @returns undefined when the disk can't be asked */
export async function diskUse(folder: string): Promise<DiskUse | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    const names = await readdir(folder);
    const sizes = await Promise.all(names.map((name) => sizeOf(path.join(folder, name))));
    const usedBytes = sizes.reduce((sum, size) => sum + size, 0);
    return { usedBytes, freeBytes: bavail * bsize, sizeBytes: blocks * bsize };
  } catch {
    return undefined;
  }
}

/** A file may be gone since its folder was read. */
async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.size ?? 0;
}
