/**
 * What Looker gave to a hub, what the hub has committed of it, and what was cancelled: by it a test knows what should
 * come of it all.
 */

import { newLifetime } from "../../src/lifetime";
import type { Outbox } from "../../src/outbox";
import type { Result } from "./simulated-looker";
import type { UserRecord } from "./updates";

/** Rows of a delivery, up to one, that the hub has put into its log, or was about to. */
interface Checkpoint {
  delivery: string;
  rows: number;
  isAcknowledged: boolean;
  /** The delivery was cancelled by then: its rows are counted, and nothing is sent of them. */
  isCancelled: boolean;
}

/** The rows of a checkpoint, those of one user made into one record. */
export interface Committed {
  delivery: string;
  rows: number;
  records: UserRecord[];
  isCancelled: boolean;
}

/** What Looker gave of a result. */
export interface Given {
  result: Result;
  rows: UserRecord[];
}

export class Ledger {
  /** By delivery. */
  readonly given = new Map<string, Given>();
  /** Cancellations that the hub said it has stored, by delivery: when it did, in milliseconds since 1970. */
  readonly cancelled = new Map<string, number>();
  /** Deliveries that somebody asked to cancel. */
  readonly asked = new Set<string>();
  /** What was about to be sent of a delivery although its cancellation had been stored. */
  readonly violations: string[] = [];
  /** In the order in which they were asked for, which is that of the log. */
  private readonly checkpoints: Checkpoint[] = [];

  begun(delivery: string, result: Result): void {
    this.given.set(delivery, { result, rows: [] });
  }

  /** @returns the number of the row */
  give(delivery: string, record: UserRecord): number {
    return this.given.get(delivery)?.rows.push(record) ?? 0;
  }

  /**
   * Notes what an outbox is asked to store, and what it says it has.
   * @param isAlive whether its hub is: else nobody hears of it
   */
  watch(outbox: Outbox, now: () => number, isAlive: () => boolean): void {
    this.watchCheckpoints(outbox, isAlive);
    this.watchCancellations(outbox, now, isAlive);
    this.watchBodies(outbox, now, isAlive);
  }

  private watchCheckpoints({ intake }: Outbox, isAlive: () => boolean): void {
    const append = intake.append.bind(intake);
    intake.append = async (delivery, what) => {
      const { id } = delivery;
      const isCancelled = this.cancelled.has(id);
      const checkpoint = { delivery: id, rows: what.read.rows, isAcknowledged: false, isCancelled };
      if (isAlive()) this.checkpoints.push(checkpoint);
      const appended = await append(delivery, what);
      checkpoint.isAcknowledged = isAlive();
      // By then it may have been cancelled.
      checkpoint.isCancelled = appended.isCancelled;
      return appended;
    };
  }

  private watchCancellations({ changes }: Outbox, now: () => number, isAlive: () => boolean): void {
    const { signal } = newLifetime();
    changes.listen(
      "cancelled",
      ({ id }) => {
        if (isAlive() && !this.cancelled.has(id)) this.cancelled.set(id, now());
      },
      signal,
    );
  }

  /** A body leaves the outbox when it is about to be sent; what began before the cancellation may still go on. */
  private watchBodies({ logs }: Outbox, now: () => number, isAlive: () => boolean): void {
    const deliveries = new Map<number, string>();
    const read = logs.read.bind(logs);
    logs.read = async (...what) => {
      const batches = await read(...what);
      for (const { position, delivery } of batches) deliveries.set(position, delivery);
      return batches;
    };
    const body = logs.body.bind(logs);
    logs.body = (lease, position) => {
      const delivery = deliveries.get(position) ?? "";
      const late = now() - (this.cancelled.get(delivery) ?? now());
      if (late > 0 && isAlive()) this.violations.push(`sent ${late} ms after it was cancelled`);
      return body(lease, position);
    };
  }

  /** Rows that the hub had said are on the disk, by delivery. */
  get acknowledged(): Map<string, number> {
    const acknowledged = this.checkpoints.filter(({ isAcknowledged }) => isAcknowledged);
    return new Map(acknowledged.map(({ delivery, rows }) => [delivery, rows]));
  }

  /**
   * What each checkpoint brought that is on the disk, in the order of the log.
   * @param rowsOf how many rows of a delivery the hub says it has committed
   */
  committed(rowsOf: (delivery: string) => number): Committed[] {
    const before = new Map<string, number>();
    return this.checkpoints
      .filter(({ delivery, rows }) => rows <= rowsOf(delivery))
      .map(({ delivery, rows, isCancelled }) => {
        const read = this.given.get(delivery)?.rows.slice(before.get(delivery) ?? 0, rows) ?? [];
        before.set(delivery, rows);
        return { delivery, rows: read.length, records: merged(read), isCancelled };
      });
  }
}

function merged(rows: readonly UserRecord[]): UserRecord[] {
  const users = new Map<string, UserRecord>();
  for (const { identity, properties } of rows) {
    users.set(identity, { identity, properties: { ...users.get(identity)?.properties, ...properties } });
  }
  return [...users.values()];
}
