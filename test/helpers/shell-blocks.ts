/** The commands that the pages tell a reader to enter, and a folder to enter them in. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { ROOT, readText } from "./repository";

/** A fenced block of commands in a page. */
export interface ShellBlock {
  /** Such as `docs/set-up.md:12`. */
  place: string;
  commands: string;
}

export interface ShellRun {
  /** How the shell ended; a server that was started is told to end once it is ready. */
  code: number | null;
  output: string;
  /** What was asked of the programs that are not run, by their words. */
  asked: string[][];
}

const READY = "The action hub is ready at";

/** What a clone has no part of, or commands make anew. */
const NOT_IN_A_CLONE = [".env", ".git", "coverage", "data", "secrets"];

export function shellBlocks(page: string): ShellBlock[] {
  const text = readText(page);
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(({ index, 1: commands = "" }) => ({
    place: `${page}:${text.slice(0, index).split("\n").length + 1}`,
    commands,
  }));
}

/**
 * Makes a folder look like a fresh clone in which the program has been built.
 * @param files what a reader has beside it, by name
 */
export function makeClone(folder: string, files: Readonly<Record<string, string>>): void {
  for (const name of readdirSync(ROOT).filter((entry) => !NOT_IN_A_CLONE.includes(entry))) {
    symlinkSync(path.join(ROOT, name), path.join(folder, name));
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  mkdirSync(path.join(folder, "opt"));
  mkdirSync(path.join(folder, "etc/systemd/system"), { recursive: true });
}

/**
 * Enters commands in a shell that stops at the first one that fails.
 * @param programs names of programs that are only noted, not run
 */
export async function runShell(
  commands: string,
  folder: string,
  variables: Readonly<Record<string, string>>,
  programs: readonly string[],
): Promise<ShellRun> {
  const log = path.join(folder, "asked");
  const noted = path.join(folder, "noted-programs");
  mkdirSync(noted, { recursive: true });
  for (const program of programs) {
    const file = path.join(noted, program);
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\0' ${program} "$@" >> "${log}"\nprintf '\\n' >> "${log}"\n`);
    chmodSync(file, 0o755);
  }
  // The shell itself outlives the signal that ends a server.
  const shell = spawn("bash", ["-c", `set -euo pipefail; trap : TERM\n${commands}`], {
    cwd: folder,
    env: { PATH: `${noted}:${process.env["PATH"]}`, HOME: folder, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  const onOutput = (piece: string) => {
    const wasReady = output.includes(READY);
    output += piece;
    if (!wasReady && output.includes(READY) && shell.pid !== undefined) process.kill(-shell.pid, "SIGTERM");
  };
  shell.stdout.setEncoding("utf8").on("data", onOutput);
  shell.stderr.setEncoding("utf8").on("data", onOutput);
  const [code] = await once(shell, "close");
  return { code, output, asked: existsSync(log) ? wordsIn(readFileSync(log, "utf8")) : [] };
}

function wordsIn(log: string): string[][] {
  return log
    .split("\0\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\0"));
}
