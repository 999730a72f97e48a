/** What a process spends while something runs: time, CPU and memory. */

import { setTimeout as delay } from "node:timers/promises";
import { type Cpu, cpuBetween, cpuOf, cpuOfMainThread, forgetPeak, memoryOf, total } from "./process-figures";

export interface Spent {
  seconds: number;
  /** In milliseconds, from before the run until the process is idle again. */
  cpu: Cpu;
  /** Of that, the thread that runs JavaScript; the rest is garbage collection, compiling, and reading and writing. */
  mainThread: Cpu;
  /** Before the run and at most, and of that what is no copy of a file; in bytes. */
  memory: { idle: number; peak: number; idleAnonymous: number; peakAnonymous: number };
}

/** How long the process is left alone before its idle memory is read, in milliseconds. */
const SETTLE_MS = 1000;

/** How often the memory's kind is looked at, in milliseconds. */
const SAMPLE_MS = 50;

/** For so long without work a process counts as idle, in milliseconds. */
const IDLE_MS = 300;

export async function measure(pid: number, run: () => Promise<void>): Promise<Spent> {
  await delay(SETTLE_MS);
  await idle(pid);
  forgetPeak(pid);
  const cpuBefore = cpuOf(pid);
  const mainThreadBefore = cpuOfMainThread(pid);
  const before = memoryOf(pid);
  let peakAnonymous = before.anonymous;
  const sampling = setInterval(() => {
    peakAnonymous = Math.max(peakAnonymous, memoryOf(pid).anonymous);
  }, SAMPLE_MS);
  const started = performance.now();
  try {
    await run();
  } finally {
    clearInterval(sampling);
  }
  const seconds = (performance.now() - started) / 1000;
  await idle(pid);
  return {
    seconds,
    cpu: cpuBetween(cpuBefore, cpuOf(pid)),
    mainThread: cpuBetween(mainThreadBefore, cpuOfMainThread(pid)),
    memory: {
      idle: before.resident,
      peak: memoryOf(pid).peak,
      idleAnonymous: before.anonymous,
      peakAnonymous,
    },
  };
}

/** Waits until the process has done nothing for a while: the reply may come before it has put things away. */
async function idle(pid: number): Promise<void> {
  for (let before = -1, now = total(cpuOf(pid)); now !== before; now = total(cpuOf(pid))) {
    before = now;
    await delay(IDLE_MS);
  }
}
