/**
 * How many requests run at once for one environment, in which order, and its pauses. The only file that knows
 * Bottleneck: its reservoirs are fixed windows, so the rolling limit of an identity is kept elsewhere.
 *
 * It is Bottleneck's build without Redis. The other one has generators for async functions, and each call of one leaves a
 * hidden class in V8's old generation that keeps all the call had until a full garbage collection.
 */

import Bottleneck from "bottleneck/light";
import { Alarm, type Clock } from "../clock";
import { newLifetime } from "../lifetime";

export class Limiter {
  private readonly bottleneck: Bottleneck;
  private pausedUntil = Number.NEGATIVE_INFINITY;
  private readonly lifetime = newLifetime();
  private readonly resume: Alarm;

  /** @param maxConcurrent requests at once */
  constructor(
    private readonly maxConcurrent: number,
    private readonly clock: Clock,
  ) {
    this.bottleneck = new Bottleneck({ maxConcurrent });
    const resume = () => void this.bottleneck.updateSettings({ reservoir: null });
    this.resume = new Alarm(clock, resume, this.lifetime.signal);
  }

  /** Requests that were handed over and have not ended. */
  get underWay(): number {
    const { RECEIVED, QUEUED, RUNNING, EXECUTING } = this.bottleneck.counts();
    return RECEIVED + QUEUED + RUNNING + EXECUTING;
  }

  /** Whether one more request would start at once. */
  get hasRoom(): boolean {
    return this.pausedUntil <= this.clock.monotonic() && this.underWay < this.maxConcurrent;
  }

  /**
   * Runs a request when it is its turn.
   * @returns what it gives; undefined when the limiter was stopped before it could start
   * @throws what the request throws
   */
  async run<T>(request: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.bottleneck.schedule(request);
    } catch (error) {
      if (error instanceof Bottleneck.BottleneckError) return undefined;
      throw error;
    }
  }

  /** Lets nothing start for so many milliseconds; a longer pause that is already on stands. */
  pause(milliseconds: number): void {
    const until = this.clock.monotonic() + milliseconds;
    if (until <= this.pausedUntil) return;
    this.pausedUntil = until;
    void this.bottleneck.updateSettings({ reservoir: 0 });
    this.resume.set(milliseconds);
  }

  /** When the pause ends, by the monotonic clock; in the past when there is none. */
  get pauseEnds(): number {
    return this.pausedUntil;
  }

  /** Lets go of what has not started. */
  async stop(): Promise<void> {
    if (this.lifetime.signal.aborted) return;
    this.lifetime.abort();
    await this.bottleneck.stop({ dropWaitingJobs: true });
  }
}
