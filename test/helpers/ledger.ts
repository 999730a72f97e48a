/** What Looker gave to a hub and what the hub has committed of it: by it a test knows what should come of it all. */

import type { Outbox } from "../../src/outbox/outbox";
import { applyTo, type UserRecord } from "./updates";

/** Rows of a delivery, up to one, that the hub has put into its log, or was about to. */
interface Checkpoint {
  delivery: string;
  rows: number;
  isAcknowledged: boolean;
}

/** What stands in a report. */
export interface Counts {
  rows: number;
  users: number;
  sent: number;
  refused: number;
}

export class Ledger {
  /** By delivery: the rows that Looker gave. */
  private readonly given = new Map<string, UserRecord[]>();
  /** In the order in which they were asked for, which is that of the log. */
  private readonly checkpoints: Checkpoint[] = [];

  /** @param isRefused whether Heap takes no record of this identity */
  constructor(private readonly isRefused: (identity: string) => boolean) {}

  /** @returns the number of the row */
  give(delivery: string, record: UserRecord): number {
    const rows = this.given.get(delivery) ?? [];
    this.given.set(delivery, rows);
    return rows.push(record);
  }

  /** Notes what an outbox is asked to commit, and what it says it has. */
  watch(outbox: Outbox): void {
    const append = outbox.append.bind(outbox);
    outbox.append = async (delivery, reading, batches, rejects) => {
      const checkpoint = { delivery, rows: reading.rows, isAcknowledged: false };
      this.checkpoints.push(checkpoint);
      await append(delivery, reading, batches, rejects);
      checkpoint.isAcknowledged = true;
    };
  }

  /**
   * What Heap should hold.
   * @param rowsOf how many rows of a delivery the hub says it has committed
   */
  expectedInHeap(rowsOf: (delivery: string) => number): Map<string, UserRecord["properties"]> {
    const held = new Map<string, UserRecord["properties"]>();
    for (const { records } of this.committed(rowsOf)) {
      for (const record of records) if (!this.isRefused(record.identity)) applyTo(held, record);
    }
    return held;
  }

  /** What should stand in the reports, by delivery. */
  expectedCounts(rowsOf: (delivery: string) => number): Map<string, Counts> {
    const counts = new Map<string, Counts>();
    for (const id of this.given.keys()) counts.set(id, { rows: 0, users: 0, sent: 0, refused: 0 });
    for (const { delivery, records } of this.committed(rowsOf)) {
      const of = counts.get(delivery);
      if (!of) continue;
      const users = [...new Set(records.map(({ identity }) => identity))];
      const refused = users.filter(this.isRefused).length;
      of.rows += records.length;
      of.users += users.length;
      of.refused += refused;
      of.sent += users.length - refused;
    }
    return counts;
  }

  /** Rows that the hub had said are on the disk, by delivery. */
  get acknowledged(): Map<string, number> {
    const acknowledged = this.checkpoints.filter(({ isAcknowledged }) => isAcknowledged);
    return new Map(acknowledged.map(({ delivery, rows }) => [delivery, rows]));
  }

  /** The rows of each checkpoint that is on the disk, in the order of the log. */
  private committed(rowsOf: (delivery: string) => number): { delivery: string; records: UserRecord[] }[] {
    const before = new Map<string, number>();
    return this.checkpoints
      .filter(({ delivery, rows }) => rows <= rowsOf(delivery))
      .map(({ delivery, rows }) => {
        const records = this.given.get(delivery)?.slice(before.get(delivery) ?? 0, rows) ?? [];
        before.set(delivery, rows);
        return { delivery, records };
      });
  }
}
