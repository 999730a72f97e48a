/** What the system knows of a process: its CPU time and its memory. Linux only. */

import { readFileSync, writeFileSync } from "node:fs";

/** In milliseconds, steps of 10: the system counts in hundredths of a second. */
export interface Cpu {
  user: number;
  system: number;
}

/** In bytes. */
export interface Memory {
  /** What it holds now. */
  resident: number;
  /** Of that, what is no copy of a file. */
  anonymous: number;
  /** The most it has held. */
  peak: number;
}

const MS_PER_TICK = 10;

/** All threads together. */
export function cpuOf(pid: number): Cpu {
  return cpuIn(`/proc/${pid}/stat`);
}

/** The thread that runs JavaScript. */
export function cpuOfMainThread(pid: number): Cpu {
  return cpuIn(`/proc/${pid}/task/${pid}/stat`);
}

/** Source: proc(5), `stat`, fields 14 and 15. */
function cpuIn(file: string): Cpu {
  const stat = readFileSync(file, "latin1");
  // The second field is the program's name in brackets, which may have spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { user: Number(fields[11]) * MS_PER_TICK, system: Number(fields[12]) * MS_PER_TICK };
}

export function cpuBetween(from: Cpu, to: Cpu): Cpu {
  return { user: to.user - from.user, system: to.system - from.system };
}

export function total({ user, system }: Cpu): number {
  return user + system;
}

/** Source: proc(5), `status`. */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const bytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
  return { resident: bytes("VmRSS"), anonymous: bytes("RssAnon"), peak: bytes("VmHWM") };
}

/** The peak counts from now on. Source: proc(5), `clear_refs`. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}
