/**
 * Keeps every identity of an environment within Heap's rolling limit. Identities share the slots of a table:
 * exact for one identity, merely careful where two share a slot, and the memory is fixed.
 *
 * A request occupies its slots from before it is sent until a whole window after its answer or time-out: when
 * no answer came it may yet arrive.
 */

import { MAX_REQUESTS_PER_IDENTITY, RATE_WINDOW_MS } from "../heap";

const SLOTS = 1 << 20;

export class IdentityRate {
  private readonly used = new Uint8Array(SLOTS);
  /** Answered requests that still count, in the order in which they stop counting. */
  private leaving: { hashes: Uint32Array; at: number }[] = [];
  private left = 0;

  /** Whether every one of these identities may be in one more request now. */
  allows(hashes: Uint32Array): boolean {
    for (const hash of hashes) {
      if (this.used[hash % SLOTS]! >= MAX_REQUESTS_PER_IDENTITY) return false;
    }
    return true;
  }

  /** Counts a request that is about to be sent. */
  occupy(hashes: Uint32Array): void {
    for (const hash of hashes) this.used[hash % SLOTS]!++;
  }

  /** A request has ended, with or without an answer: it counts for one more window. */
  ended(hashes: Uint32Array, now: number): void {
    this.leaving.push({ hashes, at: now + RATE_WINDOW_MS });
  }

  /** Forgets the requests whose window is over. */
  forget(now: number): void {
    for (let first = this.leaving[this.left]; first && first.at <= now; first = this.leaving[++this.left]) {
      for (const hash of first.hashes) this.used[hash % SLOTS]!--;
    }
    if (this.left > 1024 && this.left * 2 > this.leaving.length) {
      this.leaving = this.leaving.slice(this.left);
      this.left = 0;
    }
  }

  /** When a request next stops counting, in milliseconds since 1970; undefined when none is on its way out. */
  get nextChange(): number | undefined {
    return this.leaving[this.left]?.at;
  }
}
