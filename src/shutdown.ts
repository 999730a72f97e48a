/** How the hub stops: it takes nothing new, reads on for a while what it has begun, and then ends. */

import type { Clock } from "./clock";
import { UserError } from "./errors";
import { newLifetime } from "./lifetime";

/** Why a result is cut, as part of a sentence. */
export const CUT = "the action hub was stopped while it was reading";

export class Shutdown {
  /** Aborts when the hub begins to stop: what has been read to its end is then answered at once. */
  readonly stopping: AbortSignal;
  /** Aborts when the time for reading on is over, with a `UserError` of `CUT`. */
  readonly cut: AbortSignal;
  private readonly stopper = newLifetime();
  private readonly cutter = newLifetime();
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly clock: Clock,
    private readonly graceMs: number,
  ) {
    this.stopping = this.stopper.signal;
    this.cut = this.cutter.signal;
  }

  get isStopping(): boolean {
    return this.stopping.aborted;
  }

  /** Notes work that is to be ended before the hub stops. */
  track<T>(work: Promise<T>): Promise<T> {
    const ended: Promise<unknown> = work.then(
      () => this.underWay.delete(ended),
      () => this.underWay.delete(ended),
    );
    this.underWay.add(ended);
    return work;
  }

  /** Begins to stop, and resolves when all work that is tracked has ended. */
  async start(): Promise<void> {
    this.stopper.abort();
    const draining = newLifetime();
    this.clock.after(this.graceMs, () => this.cutter.abort(new UserError(CUT)), draining.signal);
    await Promise.all(this.underWay);
    draining.abort();
  }
}
