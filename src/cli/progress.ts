/** A progress bar on a terminal; silent elsewhere. */

import { Presets, SingleBar } from "cli-progress";

export interface Progress {
  /** @param done out of the total that was given at first */
  update(done: number): void;
  stop(): void;
}

/** @param unit what is counted, in the plural */
export function startProgress(total: number, unit: string): Progress {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar(
    { format: `{bar} {percentage}% | {value} of {total} ${unit} | {eta_formatted} left`, hideCursor: true },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return {
    update: (done) => bar.update(done),
    stop: () => bar.stop(),
  };
}
