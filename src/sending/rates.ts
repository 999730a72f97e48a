/** Keeps what is sent to an environment within all of Heap's rolling limits: requests of an identity, and records of a kind. */

import { EVENT_WINDOW_MS, KINDS, type KindName, RATE_WINDOW_MS } from "../heap";
import { eachOnce } from "./identities";
import { IdentityRate } from "./identity-rate";
import { RecordRate } from "./record-rate";
import type { Part } from "./waiting-batch";

/** Who is in a request: of its records, and each once. */
type Sent = Pick<Part, "hashes" | "identities">;

/** What was sent longer ago counts for nothing any more, in milliseconds. */
export const LONGEST_WINDOW_MS = Math.max(RATE_WINDOW_MS, EVENT_WINDOW_MS);

export class Rates {
  private readonly requests = new IdentityRate();
  /** Of the kinds of which Heap limits the records. */
  private readonly records: ReadonlyMap<string, RecordRate> = new Map(
    Object.entries(KINDS).flatMap(([name, { perMinute }]) =>
      perMinute ? [[name, new RecordRate(perMinute)] as const] : [],
    ),
  );

  /**
   * Counts what a former owner of the log may have sent.
   * @param recorded gives the sends that were recorded in the last so many milliseconds before `until`, an entry a request.
   *   Of which kind they were is not kept: each counts for all, which is merely careful.
   * @param until when it may last have sent, by the monotonic clock
   */
  async restore(recorded: (withinMs: number) => Promise<Int32Array[]>, until: number): Promise<void> {
    const requests = await recorded(RATE_WINDOW_MS);
    this.requests.restore(requests.map(eachOnce), until);
    const records = await recorded(EVENT_WINDOW_MS);
    for (const rate of this.records.values()) rate.restore(records, until);
  }

  /** Whether these records may be in one more request now. */
  allows(kind: KindName, { hashes, identities }: Sent): boolean {
    return (this.records.get(kind)?.allows(hashes) ?? true) && this.requests.allows(identities);
  }

  /** Counts a request that is about to be sent. @returns the identities whose record must be kept first */
  occupy(kind: KindName, { hashes, identities }: Sent): Int32Array {
    const ofRequests = this.requests.occupy(identities);
    const records = this.records.get(kind);
    records?.occupy(hashes);
    // A restart may come within a minute of them all.
    return records ? hashes : ofRequests;
  }

  /** A request has ended, with or without an answer: it counts for one more window. */
  ended(kind: KindName, { hashes, identities }: Sent, now: number): void {
    this.requests.ended(identities, now);
    this.records.get(kind)?.ended(hashes, now);
  }

  /** Forgets what counts no more. */
  forget(now: number): void {
    this.requests.forget(now);
    for (const rate of this.records.values()) rate.forget(now);
  }

  /** When something may next be allowed, by the monotonic clock; infinite when time changes nothing. */
  get nextChange(): number {
    const never = Number.POSITIVE_INFINITY;
    const records = [...this.records.values()].map(({ nextChange }) => nextChange ?? never);
    return Math.min(this.requests.nextChange ?? never, ...records);
  }

  /** When the last of what was sent stops counting, by the monotonic clock; in the past when nothing counts any more. */
  get quietAt(): number {
    const { quietAt } = this.requests;
    return Math.max(quietAt, ...[...this.records.values()].map((rate) => rate.quietAt ?? quietAt));
  }
}
