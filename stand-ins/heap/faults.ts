/** What can go wrong with the stand-in Heap, on purpose. */

import type { HeapRecord } from "./check-records";

/** Rates are between 0 (never, the default) and 1 (always); each is drawn anew for every request. */
export interface Faults {
  /** How often a request breaks off without an answer before it is applied. */
  readonly dropBefore?: number;
  /** How often a request is applied and then breaks off without an answer. */
  readonly dropAfter?: number;
  /** How often a request is answered with 429 instead of being applied. */
  readonly status429?: number;
  /** The `Retry-After` header of those 429s: seconds or an HTTP date. Default: no such header. */
  readonly retryAfter?: string;
  /** How often a request is answered with 500 instead of being applied. */
  readonly status500?: number;
  /**
   * Nobody is there: every connection breaks as soon as a request's head arrives. Such a request does not
   * count against the rate limit, because Heap never sees it.
   */
  readonly down?: boolean;
  /** Gives the status with which a request that holds this record is refused whole; `undefined`: not refused. */
  readonly refuse?: (record: HeapRecord) => number | undefined;
}
