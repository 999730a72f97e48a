/**
 * Keeps every identity of an environment within Heap's rolling limit. Identities share the slots of a table: exact
 * for one identity, merely careful where two share a slot, and the memory is fixed. Where more requests end in a window
 * than are remembered one by one, it is merely careful too: those beyond stop counting in steps, some seconds late.
 *
 * A request occupies its slots from before it is sent until a whole window after its answer or time-out: when
 * no answer came it may yet arrive.
 *
 * Across a restart: an identity's first `UNRECORDED_SENDS` requests in a window leave no record, later ones do.
 * So a hub that starts again counts every identity as having had that many, and the recorded ones beside.
 */

import { MAX_REQUESTS_PER_IDENTITY, RATE_WINDOW_MS } from "../heap";

const SLOTS = 1 << 20;

const UNRECORDED_SENDS = 10;

/** Identities of ended requests that are remembered by request: 1 MB. */
const MAX_REMEMBERED = 1 << 18;

/** Requests beyond it that end within so many milliseconds stop counting together: 1 MB for each such step. */
const STEP_MS = 10_000;

/** Ended requests that still count. */
interface EndedRequest {
  hashes: Int32Array;
  /** When they stop counting, by the monotonic clock. */
  at: number;
}

interface EndedStep {
  /** By slot: how many requests ended. */
  counts: Uint8Array;
  /** When the first of them ended, and when all of them stop counting; by the monotonic clock. */
  from: number;
  at: number;
}

export class IdentityRate {
  private readonly used = new Uint8Array(SLOTS);
  /** In the order in which they stop counting, from `left` on. */
  private leaving: EndedRequest[] = [];
  private left = 0;
  private remembered = 0;
  /** In the order in which they stop counting: no more than a window has, and one. */
  private steps: EndedStep[] = [];
  /** Requests that every identity may have had before the restart, and until when they count. */
  private before = 0;
  private beforeUntil = 0;

  /**
   * Counts what a former owner of the log may have sent.
   * @param recorded identities, an entry a request
   * @param until when it may last have sent, by the monotonic clock
   */
  restore(recorded: readonly Int32Array[], until: number): void {
    this.before = UNRECORDED_SENDS;
    this.beforeUntil = until + RATE_WINDOW_MS;
    for (const hashes of recorded) {
      this.occupy(hashes);
      this.ended(hashes, until);
    }
  }

  /** Whether every one of these identities may be in one more request now. */
  allows(hashes: Int32Array): boolean {
    const limit = MAX_REQUESTS_PER_IDENTITY - this.before;
    for (const hash of hashes) if (this.used[hash & (SLOTS - 1)]! >= limit) return false;
    return true;
  }

  /** Counts a request that is about to be sent. @returns the identities whose record must be kept first */
  occupy(hashes: Int32Array): Int32Array {
    const unrecorded = UNRECORDED_SENDS - this.before;
    return hashes.filter((hash) => this.used[hash & (SLOTS - 1)]!++ >= unrecorded);
  }

  /** A request has ended, with or without an answer: it counts for one more window. */
  ended(hashes: Int32Array, now: number): void {
    if (this.remembered + hashes.length > MAX_REMEMBERED) {
      this.endedInStep(hashes, now);
      return;
    }
    this.remembered += hashes.length;
    this.leaving.push({ hashes, at: now + RATE_WINDOW_MS });
  }

  /** Forgets the requests whose window is over. */
  forget(now: number): void {
    if (this.before > 0 && now >= this.beforeUntil) this.before = 0;
    for (let first = this.leaving[this.left]; first && first.at <= now; first = this.leaving[++this.left]) {
      for (const hash of first.hashes) this.used[hash & (SLOTS - 1)]!--;
      this.remembered -= first.hashes.length;
    }
    if (this.left > 64 && this.left * 2 > this.leaving.length) {
      this.leaving = this.leaving.slice(this.left);
      this.left = 0;
    }
    while (this.steps[0] && this.steps[0].at <= now) this.forgetStep(this.steps.shift()!.counts);
  }

  /** When an identity may next be allowed more, by the monotonic clock; undefined when time changes nothing. */
  get nextChange(): number | undefined {
    const never = Number.POSITIVE_INFINITY;
    const before = this.before > 0 ? this.beforeUntil : never;
    const next = Math.min(before, this.leaving[this.left]?.at ?? never, this.steps[0]?.at ?? never);
    return next === never ? undefined : next;
  }

  /** When the last request stops counting, by the monotonic clock; in the past when none counts any more. */
  get quietAt(): number {
    const before = this.before > 0 ? this.beforeUntil : Number.NEGATIVE_INFINITY;
    return Math.max(before, this.leaving.at(-1)?.at ?? before, this.steps.at(-1)?.at ?? before);
  }

  private endedInStep(hashes: Int32Array, now: number): void {
    let step = this.steps.at(-1);
    if (!step || now >= step.from + STEP_MS) {
      step = { counts: new Uint8Array(SLOTS), from: now, at: now };
      this.steps.push(step);
    }
    step.at = now + RATE_WINDOW_MS;
    for (const hash of hashes) step.counts[hash & (SLOTS - 1)]!++;
  }

  private forgetStep(counts: Uint8Array): void {
    const { used } = this;
    for (let slot = 0; slot < SLOTS; slot++) used[slot]! -= counts[slot]!;
  }
}
