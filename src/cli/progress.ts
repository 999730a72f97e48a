/** A progress bar on a terminal, with rate and time left; silent elsewhere. It goes to standard error. */

import { type Options, Presets, SingleBar } from "cli-progress";

export interface Progress {
  /** @param done out of the total that was given at first */
  update(done: number): void;
  stop(): void;
}

export interface Unit {
  /** In the plural: "users". */
  name: string;
  /** So many make one of what is shown: 1,000,000 bytes a megabyte. */
  size: number;
}

export const USERS: Unit = { name: "users", size: 1 };
export const MEGABYTES: Unit = { name: "MB", size: 1_000_000 };

/** What is drawn on. */
export interface Screen {
  stream: NodeJS.WriteStream;
  /** Milliseconds, never going back. */
  now(): number;
}

const TERMINAL: Screen = { stream: process.stderr, now: () => performance.now() };

const SILENT: Progress = { update: () => undefined, stop: () => undefined };

/** @param label what is being done: "Reading" */
export function startProgress(
  label: string,
  total: number,
  unit: Unit,
  { stream, now }: Screen = TERMINAL,
): Progress {
  if (!stream.isTTY) return SILENT;
  const format: Options = {
    stream,
    format: "{label} {bar} {percentage}% | {done} of {all} {unit} | {rate} {unit}/s | {eta_formatted} left",
    hideCursor: true,
    barsize: 30,
  };
  const bar = new SingleBar(format, Presets.shades_classic);
  const started = now();
  const payload = (done: number) => {
    const seconds = Math.max((now() - started) / 1000, 0.001);
    return { label, unit: unit.name, done: number(done), all: number(total), rate: number(done / seconds) };
  };
  const number = (amount: number) =>
    (amount / unit.size).toLocaleString("en-US", { maximumFractionDigits: unit.size === 1 ? 0 : 1 });
  bar.start(total, 0, payload(0));
  return {
    update: (done) => bar.update(done, payload(done)),
    stop: () => bar.stop(),
  };
}
