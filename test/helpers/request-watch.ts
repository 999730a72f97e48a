/**
 * Watches the moments at which requests are sent to Heap, and notes every one that breaks a promise: at most 30 of
 * an identity in any 30 s, wherever between its sending and its end each may arrive; and no update of an identity
 * while Heap may still apply an older one.
 */

import type { UserRecord } from "./updates";

export interface WatchedRequest {
  records: readonly UserRecord[];
  /** The batch that it is, or is a part of, by its place in the log. */
  batch: number;
  /** In milliseconds since 1970, as all times here. */
  sentAt: number;
  /** From then on Heap can't apply it any more; infinite while that is not known. */
  overAt: number;
}

const LIMIT = 30;
const WINDOW_MS = 30_000;

export class RequestWatch {
  /** A sentence for each request that broke a promise. */
  readonly violations: string[] = [];
  private readonly byIdentity = new Map<string, WatchedRequest[]>();

  sent(request: WatchedRequest): void {
    for (const { identity } of request.records) {
      const earlier = this.byIdentity.get(identity) ?? [];
      const counted = earlier.filter(({ overAt }) => overAt > request.sentAt - WINDOW_MS);
      this.checkRate(identity, counted.length + 1, request);
      for (const other of counted) this.checkOrder(identity, other, request);
      this.byIdentity.set(identity, [...counted, request]);
    }
  }

  private checkRate(identity: string, count: number, { batch }: WatchedRequest): void {
    if (count > LIMIT) this.violations.push(`batch ${batch} is request ${count} of ${identity} within 30 s`);
  }

  private checkOrder(identity: string, earlier: WatchedRequest, { batch, sentAt }: WatchedRequest): void {
    if (earlier.batch >= batch || earlier.overAt <= sentAt) return;
    this.violations.push(`batch ${batch} is sent while Heap may still apply ${earlier.batch} to ${identity}`);
  }
}
