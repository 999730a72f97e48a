/** One delivery: the updates of one execute, put into batches, followed until Heap has them, and reported. */

import type { Environment, PropertyType } from "../heap";
import type { Batch, LoggedBatch } from "./batch";
import { BatchWriter } from "./batch-writer";
import { isFinished, KEPT_REJECTS, newReport, type ReadingEnd, type Report } from "./report";
import type { MappedColumn, Reject, SkipReason, Update, UpdateSink } from "./update";

export interface DeliveryOptions {
  environment: Environment;
  type: PropertyType;
  dryRun: boolean;
  longValues: "truncate" | "drop";
}

export class Delivery implements UpdateSink {
  readonly report: Report;
  /** Resolves when nothing more is to be expected soon: everything is through, or the delivery is parked. */
  readonly settled: Promise<void>;
  private settle: () => void = () => undefined;
  private readonly writer: BatchWriter;

  /**
   * @param commit puts sealed batches into the outbox
   * @param whenRoom waits while the outbox is full
   */
  constructor(
    readonly id: string,
    private readonly options: DeliveryOptions,
    private readonly commit: (batches: readonly Batch[]) => void,
    private readonly whenRoom: () => Promise<void> | undefined,
  ) {
    this.report = newReport(options);
    this.writer = new BatchWriter({ delivery: id, environment: options.environment, type: options.type });
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  update(update: Update): void {
    this.report.rows++;
    this.writer.add(update);
  }

  skip(reason: SkipReason): void {
    this.report.rows++;
    if (reason === "no identity") this.report.skippedNoIdentity++;
    else this.report.skippedNoProperties++;
  }

  reject(reject: Reject): void {
    this.report.rows++;
    this.addReject(reject);
  }

  longValue(column: string): void {
    const counts = this.report.longValueCounts;
    counts.set(column, (counts.get(column) ?? 0) + 1);
  }

  column(column: MappedColumn): void {
    this.report.columns.push(column);
  }

  /**
   * Commits what is sealed. Called after each piece of the document; waits while the outbox is full.
   * @returns whether to read on: not once the delivery is parked
   */
  checkpoint(): boolean | Promise<boolean> {
    this.commitSealed();
    const room = this.whenRoom();
    if (room === undefined) return !this.isParked;
    return Promise.race([room, this.settled]).then(() => !this.isParked);
  }

  /** The form turned out not to fit the result: nothing of it was committed. */
  abandon(): void {
    this.settle();
  }

  /** The document has been read, or can't be read on: commits what is left. */
  readingEnded(end: ReadingEnd): void {
    this.writer.sealAll();
    this.commitSealed();
    this.report.reading = end;
    this.settleIfFinished();
  }

  sent(users: number): void {
    this.report.sent += users;
  }

  rejectedByHeap(reject: Reject): void {
    this.report.rejectedByHeap++;
    this.addReject(reject);
  }

  batchFinished(_batch: LoggedBatch): void {
    this.settleIfFinished();
  }

  parked(status: number): void {
    this.report.parked = status;
    this.settle();
  }

  resumed(): void {
    delete this.report.parked;
  }

  get isParked(): boolean {
    return this.report.parked !== undefined;
  }

  private commitSealed(): void {
    const batches = this.writer.takeSealed();
    for (const batch of batches) this.report.users += batch.hashes.length;
    if (batches.length > 0 && !this.options.dryRun) this.commit(batches);
  }

  private addReject(reject: Reject): void {
    this.report.rejected++;
    if (this.report.rejects.length < KEPT_REJECTS) this.report.rejects.push(reject);
  }

  private settleIfFinished(): void {
    const done = this.options.dryRun ? this.report.reading !== undefined : isFinished(this.report);
    if (done) this.settle();
  }
}
