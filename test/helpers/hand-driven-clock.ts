/** A clock that stands still until a test moves it on. */

import type { Clock } from "../../src/clock";

interface Timer {
  at: number;
  callback: () => void;
}

export class HandDrivenClock implements Clock {
  private readonly timers = new Set<Timer>();
  private elapsed = 0;

  /** @param date milliseconds since 1970; as a rule no test cares which moment it is */
  constructor(private date = Date.UTC(2025, 0, 1)) {}

  /** Somebody sets the computer's clock, or it had been suspended: no more time than before has passed. */
  setAhead(milliseconds: number): void {
    this.date += milliseconds;
  }

  // Handed on by itself in places, as `Date.now` can be.
  readonly now = (): number => this.date + this.elapsed;

  readonly monotonic = (): number => this.elapsed;

  after(milliseconds: number, callback: () => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    const cancel = () => this.timers.delete(timer);
    const call = () => {
      signal.removeEventListener("abort", cancel);
      callback();
    };
    const timer = { at: this.elapsed + milliseconds, callback: call };
    this.timers.add(timer);
    signal.addEventListener("abort", cancel, { once: true });
  }

  /** How many callbacks are still to come. */
  get waiting(): number {
    return this.timers.size;
  }

  /** When the next callback falls due, by the monotonic clock; undefined when none is to come. */
  get next(): number | undefined {
    return this.nextUntil(Number.POSITIVE_INFINITY)?.at;
  }

  /** Moves on, and calls back what falls due on the way, each at its moment. */
  advance(milliseconds: number): void {
    const end = this.elapsed + milliseconds;
    for (let next = this.nextUntil(end); next; next = this.nextUntil(end)) {
      this.timers.delete(next);
      this.elapsed = Math.max(this.elapsed, next.at);
      next.callback();
    }
    this.elapsed = end;
  }

  private nextUntil(end: number): Timer | undefined {
    const due = [...this.timers].filter((timer) => timer.at <= end);
    return due.sort((one, other) => one.at - other.at)[0];
  }
}
