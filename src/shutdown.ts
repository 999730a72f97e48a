/** How the hub stops: it takes nothing new, reads on for a while what it has begun, and then ends. */

import { setMaxListeners } from "node:events";
import type { Clock } from "./clock";

export class Shutdown {
  /** Aborts when the time for reading on is over. */
  readonly cut: AbortSignal;
  /** Resolves when the hub begins to stop: what has been read to its end is then answered at once. */
  readonly begun: Promise<void>;
  private readonly cutter = new AbortController();
  private begin: () => void = () => undefined;
  private stopping = false;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly clock: Clock,
    private readonly graceMs: number,
  ) {
    this.cut = this.cutter.signal;
    // Every download under way listens to it.
    setMaxListeners(0, this.cut);
    this.begun = new Promise((resolve) => {
      this.begin = resolve;
    });
  }

  get isStopping(): boolean {
    return this.stopping;
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
    this.stopping = true;
    this.begin();
    const cancelCut = this.clock.after(this.graceMs, () => this.cutter.abort());
    await Promise.all(this.underWay);
    cancelCut();
  }
}
