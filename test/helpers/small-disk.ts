/** A disk to be filled up: a tmpfs, where whoever runs the tests may mount one. */

import { execFileSync, spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import path from "node:path";

export interface SmallDisk {
  folder: string;
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives back what `fill` took. */
  free(): void;
  /** Makes it just so large that so many megabytes are free. */
  leave(megabytes: number): void;
  unmount(): void;
}

const PAGE = Buffer.alloc(4096, 1);

/** @returns undefined where nothing may be mounted, said on standard error; in CI that is a failure */
export function mountSmallDisk(folder: string, megabytes: number): SmallDisk | undefined {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder], { stdio: "pipe" });
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    process.stderr.write("SKIPPED, no tmpfs may be mounted here: a disk that fills up\n");
    return undefined;
  }
  const ballast = path.join(folder, "ballast");
  return {
    folder,
    fill() {
      while (isWritten(ballast)) {
        // Until nothing more goes in.
      }
    },
    free: () => rmSync(ballast, { force: true }),
    leave(free) {
      while (!isResized(folder, free * 1024 * 1024)) {
        // Something was written in between.
      }
    },
    unmount: () => execFileSync("umount", [folder]),
  };
}

function isWritten(file: string): boolean {
  try {
    writeFileSync(file, PAGE, { flag: "a" });
    return true;
  } catch {
    return false;
  }
}

function isResized(folder: string, free: number): boolean {
  const { blocks, bfree, bsize } = statfsSync(folder);
  const size = (blocks - bfree) * bsize + free;
  return spawnSync("mount", ["-o", `remount,size=${size}`, folder]).status === 0;
}
