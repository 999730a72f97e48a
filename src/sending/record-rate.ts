/**
 * Keeps the records of a kind within what Heap takes of an environment, and of each identity of it, in any minute. A record counts
 * from before its request is sent until a whole window after its answer or time-out: when no answer came it may yet arrive.
 *
 * No more records count at a time than the environment's limit, and what was recorded before a restart: so they are counted
 * one by one, and exactly for each hash.
 */

import { EVENT_WINDOW_MS, type MinuteLimits } from "../heap";

/** Records of a request that has ended, which still count. */
interface EndedRecords {
  hashes: Int32Array;
  /** When they stop counting, by the monotonic clock. */
  at: number;
}

export class RecordRate {
  private total = 0;
  /** By the hash of an identity. */
  private readonly used = new Map<number, number>();
  /** In the order in which they stop counting. */
  private leaving: EndedRecords[] = [];

  constructor(private readonly limits: MinuteLimits) {}

  /**
   * Counts what a former owner of the log may have sent.
   * @param recorded identities, an entry a request, with one for each of its records
   * @param until when it may last have sent, by the monotonic clock
   */
  restore(recorded: readonly Int32Array[], until: number): void {
    for (const hashes of recorded) {
      this.occupy(hashes);
      this.ended(hashes, until);
    }
  }

  /** Whether these records may be sent now. @param hashes of their identities, one a record */
  allows(hashes: Int32Array): boolean {
    if (this.total + hashes.length > this.limits.environment) return false;
    const most = this.limits.identity;
    const wanted = new Map<number, number>();
    for (const hash of hashes) {
      const records = (wanted.get(hash) ?? this.used.get(hash) ?? 0) + 1;
      if (records > most) return false;
      wanted.set(hash, records);
    }
    return true;
  }

  /** Counts records that are about to be sent. */
  occupy(hashes: Int32Array): void {
    this.total += hashes.length;
    for (const hash of hashes) this.used.set(hash, (this.used.get(hash) ?? 0) + 1);
  }

  /** Their request has ended, with or without an answer: they count for one more window. */
  ended(hashes: Int32Array, now: number): void {
    this.leaving.push({ hashes, at: now + EVENT_WINDOW_MS });
  }

  /** Forgets the records whose window is over. */
  forget(now: number): void {
    for (let [first] = this.leaving; first && first.at <= now; [first] = this.leaving) {
      this.leaving.shift();
      this.total -= first.hashes.length;
      for (const hash of first.hashes) this.uncount(hash);
    }
  }

  /** When more may next be allowed, by the monotonic clock; undefined when time changes nothing. */
  get nextChange(): number | undefined {
    return this.leaving[0]?.at;
  }

  /** When the last record stops counting, by the monotonic clock; undefined when none counts any more. */
  get quietAt(): number | undefined {
    return this.leaving.at(-1)?.at;
  }

  private uncount(hash: number): void {
    const records = this.used.get(hash) ?? 0;
    if (records > 1) this.used.set(hash, records - 1);
    else this.used.delete(hash);
  }
}
