/**
 * How many requests run at once for one environment, and its pauses. The only file that knows Bottleneck: its
 * reservoirs are fixed windows, so the rolling limit of an identity is kept elsewhere (delivery's slots).
 */

import Bottleneck from "bottleneck";

export class Limiter {
  private readonly bottleneck: Bottleneck;
  private pausedUntil = 0;
  private resume: NodeJS.Timeout | undefined;

  /** @param maxConcurrent requests at once */
  constructor(
    maxConcurrent: number,
    private readonly now: () => number,
  ) {
    this.bottleneck = new Bottleneck({ maxConcurrent });
  }

  /** Whether a request handed over now would start at once, or be the only one that waits. */
  hasRoom(): boolean {
    return this.bottleneck.empty() && this.pausedUntil <= this.now();
  }

  /** @param priority 0 (first) to 9; older requests of the same priority go first */
  run<T>(priority: number, request: () => Promise<T>): Promise<T> {
    return this.bottleneck.schedule({ priority }, request);
  }

  /** Lets nothing start for so many milliseconds; a longer pause that is already on stands. */
  pause(milliseconds: number): void {
    const until = this.now() + milliseconds;
    if (until <= this.pausedUntil) return;
    this.pausedUntil = until;
    clearTimeout(this.resume);
    void this.bottleneck.updateSettings({ reservoir: 0 });
    this.resume = setTimeout(() => void this.bottleneck.updateSettings({ reservoir: null }), milliseconds);
    this.resume.unref();
  }

  /** When the pause on now ends, in milliseconds since 1970; in the past when there is none. */
  get pauseEnds(): number {
    return this.pausedUntil;
  }
}
