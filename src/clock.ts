/** Time, handed in from outside so that a test can hold it still. */

import { newLifetime } from "./lifetime";

export interface Clock {
  /**
   * The date, in milliseconds since 1970: for what people and other machines are told. It jumps when the computer's clock
   * is set.
   */
  now(): number;
  /** Milliseconds since some moment before: for intervals. It never jumps, and stands still on a suspended machine. */
  monotonic(): number;
  /** Calls back after so many milliseconds, unless the signal aborts before. */
  after(milliseconds: number, callback: () => void, signal: AbortSignal): void;
}

export const systemClock: Clock = {
  now: Date.now,
  monotonic: () => Math.floor(performance.now()),
  after(milliseconds, callback, signal) {
    if (signal.aborted) return;
    const cancel = () => clearTimeout(timer);
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", cancel);
      callback();
    }, milliseconds);
    signal.addEventListener("abort", cancel, { once: true });
  },
};

/** A timer that is set again and again: each time anew, and never after its lifetime. */
export class Alarm {
  private current: AbortController | undefined;

  /** @param signal ends it for good */
  constructor(
    private readonly clock: Clock,
    private readonly callback: () => void,
    private readonly signal: AbortSignal,
  ) {}

  get isSet(): boolean {
    return this.current !== undefined && !this.signal.aborted;
  }

  /** Rings after so many milliseconds, and not when it was to ring before. */
  set(milliseconds: number): void {
    this.off();
    const current = newLifetime(this.signal);
    this.current = current;
    const ring = () => {
      this.off();
      this.callback();
    };
    this.clock.after(milliseconds, ring, current.signal);
  }

  /** Does not ring until it is set again. */
  off(): void {
    this.current?.abort();
    this.current = undefined;
  }
}

/** Resolves after so many milliseconds, or when the signal aborts before. */
export function wait(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  const waiting = newLifetime(signal);
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    waiting.signal.addEventListener("abort", () => resolve());
    clock.after(milliseconds, () => waiting.abort(), waiting.signal);
  });
}
