/** Counts how many requests each identity has had within Heap's rolling window. */

import { RATE_WINDOW_MS } from "../../src/heap";

interface Arrival {
  readonly atMs: number;
  readonly identities: ReadonlySet<string>;
  next: Arrival | undefined;
}

/**
 * Exact, and of bounded memory: the arrivals stand in a queue, and what left the window is taken off its head
 * and off the counts whenever a request comes in.
 */
export class RateWindow {
  private readonly counts = new Map<string, number>();
  private oldest: Arrival | undefined;
  private newest: Arrival | undefined;

  /**
   * Counts one request for each of its identities.
   *
   * @param nowMs milliseconds; not before the one of the last call
   * @returns the most requests any of these identities has had within the window, this one included
   */
  count(identities: ReadonlySet<string>, nowMs: number): number {
    this.forgetUntil(nowMs - RATE_WINDOW_MS);
    this.remember({ atMs: nowMs, identities, next: undefined });

    let most = 0;
    for (const identity of identities) {
      const count = (this.counts.get(identity) ?? 0) + 1;
      this.counts.set(identity, count);
      most = Math.max(most, count);
    }
    return most;
  }

  private remember(arrival: Arrival): void {
    if (this.newest === undefined) this.oldest = arrival;
    else this.newest.next = arrival;
    this.newest = arrival;
  }

  private forgetUntil(atMs: number): void {
    while (this.oldest !== undefined && this.oldest.atMs <= atMs) {
      for (const identity of this.oldest.identities) this.uncount(identity);
      this.oldest = this.oldest.next;
    }
    if (this.oldest === undefined) this.newest = undefined;
  }

  private uncount(identity: string): void {
    const count = this.counts.get(identity) ?? 0;
    if (count > 1) this.counts.set(identity, count - 1);
    else this.counts.delete(identity);
  }
}
