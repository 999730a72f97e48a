/** A clock that stands still until a test moves it on. */

import type { Clock } from "../../src/clock";

interface Timer {
  at: number;
  callback: () => void;
}

export class HandDrivenClock implements Clock {
  private readonly timers = new Set<Timer>();

  /** @param time milliseconds since 1970; as a rule no test cares which moment it is */
  constructor(private time = Date.UTC(2025, 0, 1)) {}

  // Handed on by itself in places, as `Date.now` can be.
  readonly now = (): number => this.time;

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.time + milliseconds, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** How many callbacks are still to come. */
  get waiting(): number {
    return this.timers.size;
  }

  /** When the next callback falls due, in milliseconds since 1970; undefined when none is to come. */
  get next(): number | undefined {
    return this.nextUntil(Number.POSITIVE_INFINITY)?.at;
  }

  /** Moves on, and calls back what falls due on the way, each at its moment. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (let next = this.nextUntil(end); next; next = this.nextUntil(end)) {
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
    }
    this.time = end;
  }

  private nextUntil(end: number): Timer | undefined {
    const due = [...this.timers].filter((timer) => timer.at <= end);
    return due.sort((one, other) => one.at - other.at)[0];
  }
}
