/**
 * The batches of a log that are looked at: a bounded number from the first unfinished one on. Each is held back until
 * every earlier one that shares an identity with it is done, and has settled.
 */

import type { Logger } from "pino";
import type { LoggedBatch } from "../batches";
import type { Clock } from "../clock";
import { errorCode } from "../error-code";
import type { Lease, Logs } from "../outbox";
import { IdentityOrder } from "./identity-order";
import { WaitingBatch } from "./waiting-batch";

export interface LookAheadOptions {
  lease: Lease;
  logs: Pick<Logs, "read">;
  clock: Clock;
  log: Logger;
  /** Nothing is read after it. */
  lifetime: AbortSignal;
}

/** Batches looked at beyond the first unfinished one. */
const LOOK_AHEAD = 64;

/** When the outbox could not be read, it is tried again after so many milliseconds. */
export const READ_AGAIN_MS = 1000;

export class LookAhead {
  /** Not done, in the order of the log. */
  waiting: WaitingBatch[] = [];
  /** Of the last batch that was read. */
  position = 0;
  /** Resolves when what is being read now is among the waiting; undefined while nothing is. */
  reading: Promise<void> | undefined;
  /** Whether the log may hold more than has been read of it. */
  private hasMore = true;
  /** Done, but nothing that shares their identities may go out yet. */
  private settling: WaitingBatch[] = [];
  private readonly order = new IdentityOrder();

  /** @param changed there is more to be looked at, or to be read */
  constructor(
    private readonly options: LookAheadOptions,
    private readonly changed: () => void,
  ) {}

  /** The log has grown. */
  grown(): void {
    this.hasMore = true;
    this.changed();
  }

  /** Reads on, when there may be more, and there is room for some. */
  readOn(): void {
    if (!this.hasMore || this.reading || this.waiting.length > LOOK_AHEAD / 2) return;
    this.reading = this.read();
  }

  /** Whether nothing is left of the log, as far as is known, and nothing may arrive yet of what was. */
  get isIdle(): boolean {
    return this.waiting.length + this.settling.length === 0 && !this.hasMore && !this.reading;
  }

  /** Those that no earlier batch holds back. */
  unblocked(): WaitingBatch[] {
    return this.waiting.filter(({ blockers }) => blockers === 0);
  }

  /** The batch is done: nothing is left to send of it. */
  leave(waiting: WaitingBatch, now: number): void {
    this.waiting = this.waiting.filter((other) => other !== waiting);
    // A dropped batch that waits for an earlier one stands in for it towards those that wait for the dropped one.
    if (isSettled(waiting, now)) this.order.leave(waiting);
    else this.settling.push(waiting);
  }

  /** Lets go those that waited for batches that have settled since. */
  releaseSettled(now: number): void {
    const settled = this.settling.filter((waiting) => isSettled(waiting, now));
    if (settled.length === 0) return;
    this.settling = this.settling.filter((waiting) => !settled.includes(waiting));
    for (const waiting of settled) this.order.leave(waiting);
    // One that leaves may have been what another waited for.
    this.releaseSettled(now);
  }

  /** When a batch settles next, by the monotonic clock; infinite when none does by time alone. */
  nextSettled(now: number): number {
    const later = this.settling.map(({ settledAt }) => settledAt).filter((settledAt) => settledAt > now);
    return Math.min(...later);
  }

  private async read(): Promise<void> {
    const { logs, lease, clock, log, lifetime } = this.options;
    const limit = LOOK_AHEAD - this.waiting.length;
    this.hasMore = false;
    let batches: LoggedBatch[] = [];
    try {
      batches = await logs.read(lease, this.position, limit);
      this.hasMore ||= batches.length === limit;
    } catch (error) {
      log.error({ code: errorCode(error) }, "the outbox can't be read");
      clock.after(READ_AGAIN_MS, () => this.grown(), lifetime);
    }
    this.reading = undefined;
    for (const batch of batches) {
      const waiting = new WaitingBatch(batch);
      this.order.enter(waiting);
      this.waiting.push(waiting);
      this.position = batch.position;
    }
    if (batches.length > 0 || this.hasMore) this.changed();
  }
}

function isSettled({ settledAt, blockers }: WaitingBatch, now: number): boolean {
  return settledAt <= now && blockers === 0;
}
