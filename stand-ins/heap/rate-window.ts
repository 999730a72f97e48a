/** Counts how much each of many has had within a rolling window of Heap's. */

/** Whose → how much of it. */
export type Amounts = ReadonlyMap<string, number>;

interface Arrival {
  readonly atMs: number;
  readonly amounts: Amounts;
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

  /** @param windowMs its length, in milliseconds */
  constructor(private readonly windowMs: number) {}

  /**
   * Counts what a request holds.
   *
   * @param nowMs milliseconds; not before the one of the last call
   * @returns the most that any of these has had within the window, this request included
   */
  count(amounts: Amounts, nowMs: number): number {
    this.forgetUntil(nowMs - this.windowMs);
    this.remember({ atMs: nowMs, amounts, next: undefined });

    let most = 0;
    for (const [name, amount] of amounts) {
      const count = (this.counts.get(name) ?? 0) + amount;
      this.counts.set(name, count);
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
      for (const [name, amount] of this.oldest.amounts) this.uncount(name, amount);
      this.oldest = this.oldest.next;
    }
    if (this.oldest === undefined) this.newest = undefined;
  }

  private uncount(name: string, amount: number): void {
    const count = (this.counts.get(name) ?? 0) - amount;
    if (count > 0) this.counts.set(name, count);
    else this.counts.delete(name);
  }
}
