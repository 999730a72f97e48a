/** A progress bar on a terminal, with rate and time left; silent elsewhere. It goes to standard error. */

import { type Options, Presets, SingleBar } from "cli-progress";
import { duration } from "../status";

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
  stream: NodeJS.WritableStream & { isTTY?: boolean };
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
    format: "{label} {bar} {percentage}% | {done} of {all} {unit}{pace}",
    hideCursor: true,
    barsize: 30,
  };
  const bar = new SingleBar(format, Presets.shades_classic);
  const started = now();
  const payload = (done: number) => ({
    label,
    unit: unit.name,
    done: inUnits(done, unit),
    all: inUnits(total, unit),
    pace: pace(done, total, unit, now() - started),
  });
  bar.start(total, 0, payload(0));
  return {
    update: (done) => bar.update(done, payload(done)),
    stop: () => bar.stop(),
  };
}

/** How fast, and for how long still; nothing as long as nobody can know. */
function pace(done: number, total: number, unit: Unit, elapsedMs: number): string {
  if (done === 0 || elapsedMs <= 0) return "";
  const rate = `${inUnits((done / elapsedMs) * 1000, unit)} ${unit.name}/s`;
  const left = elapsedMs * (total / done - 1);
  return ` | ${rate} | ${left > 0 ? `${duration(left)} left` : `in ${duration(elapsedMs)}`}`;
}

function inUnits(amount: number, { size }: Unit): string {
  return (amount / size).toLocaleString("en-US", { maximumFractionDigits: size === 1 ? 0 : 1 });
}
