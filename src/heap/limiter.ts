/**
 * How many requests run at once for one environment, in which order, and its pauses. The only file that knows
 * Bottleneck: its reservoirs are fixed windows, so the rolling limit of an identity is kept elsewhere.
 *
 * It is Bottleneck's build without Redis. The other one has generators for async functions, and each call of one leaves a
 * hidden class in V8's old generation that keeps all the call had until a full garbage collection.
 *
 * A job of Bottleneck's is not one request but a slot, which runs one request after another: Bottleneck lets several timers
 * pass before each job, one job after the other. With a job a request, sending falls behind a fast Heap: a quarter more CPU.
 */

import Bottleneck from "bottleneck/light";
import { Alarm, type Clock } from "../clock";
import { newLifetime } from "../lifetime";

/** One of the requests at once. Called to give it back. */
type Slot = () => void;

export class Limiter {
  /** Requests that were handed over and have not ended. */
  underWay = 0;
  private readonly bottleneck: Bottleneck;
  /** Slots whose request has ended in this turn of the event loop: the next request takes one at once. */
  private readonly free: Slot[] = [];
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

  /** Whether one more request would start at once. */
  get hasRoom(): boolean {
    return !this.isPaused && this.underWay < this.maxConcurrent;
  }

  /**
   * Runs a request when it is its turn.
   * @returns what it gives; undefined when the limiter was stopped before it could start
   * @throws what the request throws
   */
  async run<T>(request: () => Promise<T>): Promise<T | undefined> {
    this.underWay++;
    let slot: Slot | undefined;
    try {
      slot = this.freeSlot() ?? (await this.nextSlot());
      return slot && (await request());
    } finally {
      this.underWay--;
      if (slot) this.hold(slot);
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

  private get isPaused(): boolean {
    return this.pausedUntil > this.clock.monotonic();
  }

  private freeSlot(): Slot | undefined {
    return this.isPaused || this.lifetime.signal.aborted ? undefined : this.free.pop();
  }

  /** @returns undefined when the limiter is stopped */
  private nextSlot(): Promise<Slot | undefined> {
    return new Promise((resolve, reject) => {
      const job = () => new Promise<void>((giveBack) => resolve(giveBack));
      this.bottleneck
        .schedule(job)
        .catch((error) => (error instanceof Bottleneck.BottleneckError ? resolve(undefined) : reject(error)));
    });
  }

  /** Keeps a slot for whoever asks for one before this turn of the event loop is over. */
  private hold(slot: Slot): void {
    this.free.push(slot);
    setImmediate(() => {
      const at = this.free.indexOf(slot);
      if (at >= 0) this.free.splice(at, 1);
      if (at >= 0) slot();
    });
  }
}
