/**
 * How many requests run at once for one environment, in which order, and its pauses. The only file that knows
 * Bottleneck: its reservoirs are fixed windows, so the rolling limit of an identity is kept elsewhere.
 */

import Bottleneck from "bottleneck";
import type { Clock } from "../clock";

export class Limiter {
  private readonly bottleneck: Bottleneck;
  private pausedUntil = 0;
  private isStopped = false;
  private cancelResume: () => void = () => undefined;

  /** @param maxConcurrent requests at once */
  constructor(
    private readonly maxConcurrent: number,
    private readonly clock: Clock,
  ) {
    this.bottleneck = new Bottleneck({ maxConcurrent });
    // Bottleneck lets a timer pass at each step of each request, and takes these steps for one request after the other:
    // that starts one request a turn of the event loop. Source: `yieldLoop` in Bottleneck 2.19's LocalDatastore.js.
    Object.assign(Reflect.get(this.bottleneck, "_store"), { yieldLoop: () => Promise.resolve() });
  }

  /** Whether one more request would start at once, with so many under way. */
  hasRoom(underWay: number): boolean {
    return underWay < this.maxConcurrent && this.pausedUntil <= this.clock.now();
  }

  run<T>(request: () => Promise<T>): Promise<T> {
    return this.bottleneck.schedule(request);
  }

  /** Lets nothing start for so many milliseconds; a longer pause that is already on stands. */
  pause(milliseconds: number): void {
    const until = this.clock.now() + milliseconds;
    if (until <= this.pausedUntil) return;
    this.pausedUntil = until;
    this.cancelResume();
    void this.bottleneck.updateSettings({ reservoir: 0 });
    this.cancelResume = this.clock.after(milliseconds, () => {
      void this.bottleneck.updateSettings({ reservoir: null });
    });
  }

  /** When the pause ends, in milliseconds since 1970; in the past when there is none. */
  get pauseEnds(): number {
    return this.pausedUntil;
  }

  /** Lets go of what has not started: its promise rejects. */
  async stop(): Promise<void> {
    this.cancelResume();
    if (this.isStopped) return;
    this.isStopped = true;
    await this.bottleneck.stop({ dropWaitingJobs: true });
  }
}
