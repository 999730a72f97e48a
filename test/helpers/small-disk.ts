/** A disk of a few megabytes, to be filled up: a tmpfs, where whoever runs the tests may mount one. */

import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";

export interface SmallDisk {
  folder: string;
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives back what `fill` took. */
  free(): void;
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
