/** How the hub stops: it takes nothing new, reads on for a while what it has begun, and then ends. */

import type { Clock } from "./clock";

export class Shutdown {
  /** Aborts when the time for reading on is over. */
  readonly cut: AbortSignal;
  /** Resolves when the hub begins to stop: what has been read to its end is then answered at once. */
  readonly begun: Promise<void>;
  private readonly cutter = new AbortController();
  private begin: () => void = () => undefined;
  private cancelCut: () => void = () => undefined;
  private stopping = false;

  constructor(
    private readonly clock: Clock,
    private readonly graceMs: number,
  ) {
    this.cut = this.cutter.signal;
    this.begun = new Promise((resolve) => {
      this.begin = resolve;
    });
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  start(): void {
    this.stopping = true;
    this.begin();
    this.cancelCut = this.clock.after(this.graceMs, () => this.cutter.abort());
  }

  /** Everything has ended. */
  end(): void {
    this.cancelCut();
  }
}
