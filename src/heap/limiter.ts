/**
 * How many requests run at once for one environment, in which order, and its pauses. The only file that knows
 * Bottleneck: its reservoirs are fixed windows, so the rolling limit of an identity is kept elsewhere.
 *
 * It is Bottleneck's build without Redis. The other one has generators for async functions, and each call of one leaves a
 * hidden class in V8's old generation that keeps all the call had until a full garbage collection.
 */

import Bottleneck from "bottleneck/light";
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
    leaveOutTimers(this.bottleneck);
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

/** What of a job of Bottleneck's is called here. */
interface Job {
  doRun(): void;
  doExecute(
    chained: undefined,
    isOurs: () => boolean,
    again: () => void,
    free: (...of: unknown[]) => void,
  ): void;
}

/**
 * Bottleneck lets a timer pass at each step of each request, and takes these steps for one request after the other: that
 * starts one request a turn of the event loop, a millisecond late. Here none has to wait for time to pass: no minimum
 * between two is set, and no time after which one is given up. Sources: `yieldLoop` and `_run` in Bottleneck 2.19's
 * light.js.
 */
function leaveOutTimers(bottleneck: Bottleneck): void {
  const part = (name: string) => Reflect.get(bottleneck, name);
  Object.assign(part("_store"), { yieldLoop: () => Promise.resolve() });
  const run = (index: string, job: Job): void => {
    job.doRun();
    part("_scheduled")[index] = { job };
    const isOurs = () => part("_clearGlobalState").call(bottleneck, index);
    const free = (...of: unknown[]) => part("_free").call(bottleneck, index, job, ...of);
    job.doExecute(undefined, isOurs, () => undefined, free);
  };
  Object.assign(bottleneck, { _run: run });
}
