/**
 * Takes what is read of a delivery's result: counts it in the report, puts the updates into batches, and commits all of
 * it at checkpoints.
 */

import type { Batch, MappedColumn, Reject, SkipReason, Update, UpdateSink } from "../batches";
import { BatchWriter, bodyMemory, type Collected } from "../batches";
import { Alarm, type Clock } from "../clock";
import { newLifetime } from "../lifetime";
import { ignoreOutboxError, type Outbox, OutboxError } from "../outbox";
import { endedBy, NAMED_REJECTS, type ReadCounts, type Reading, type Report, readCounts } from "../report";
import { previewOf } from "./preview";
import { selectBatches } from "./select-batches";

export interface CollectorOptions {
  outbox: Pick<Outbox, "append" | "keepPreview" | "unchanged">;
  clock: Clock;
  /** A checkpoint is on the disk. @param counts what has come since the one before @param batches put into the log */
  onStored(counts: ReadCounts, batches: number): void;
}

/** A checkpoint is due after so long, when there is enough for a batch; in milliseconds. */
const CHECKPOINT_MS = 250;
const ENOUGH_USERS = 1000;

/** … after so long whatever there is, so that a slow result does not end up in many small batches … */
const SLOW_CHECKPOINT_MS = 2000;

/** … and whenever so much waits for it, in bytes. */
const CHECKPOINT_BYTES = 4 * 1024 * 1024;

export class Collector implements UpdateSink {
  /** The last checkpoint; each begins when the one before has ended. */
  private committing: Promise<void> = Promise.resolve();
  private readonly writer: BatchWriter;
  /** Rejects since the last checkpoint. */
  private rejects: Reject[] = [];
  /** The reading as of the last checkpoint: what is on the disk. */
  private committed: string;
  private committedAt: number;
  /** The counts of the last checkpoint. */
  private counted: ReadCounts;
  private readonly lifetime = newLifetime();
  /** Set while something waits for a checkpoint. */
  private readonly overdue: Alarm;
  /** Why nothing more can be stored. */
  private failure: OutboxError | undefined;
  private hasPreview = false;

  /**
   * @param delivery its id
   * @param report its reading grows, and goes back to the last checkpoint when no more can be stored
   */
  constructor(
    private readonly delivery: string,
    private readonly report: Report,
    private readonly options: CollectorOptions,
  ) {
    const { environment, kind, reading } = report;
    this.committed = JSON.stringify(reading);
    this.counted = readCounts(reading);
    this.committedAt = options.clock.monotonic();
    this.writer = new BatchWriter({ environment, kind });
    const commit = () => void this.commit().catch(ignoreOutboxError);
    this.overdue = new Alarm(options.clock, commit, this.lifetime.signal);
  }

  update(update: Update): void {
    this.report.reading.rows++;
    this.writer.add(update);
    if (!this.overdue.isSet) this.overdue.set(SLOW_CHECKPOINT_MS);
  }

  skip(reason: SkipReason): void {
    const { reading } = this.report;
    reading.rows++;
    if (reason === "no identity") reading.skippedNoIdentity++;
    else reading.skippedNoProperties++;
  }

  reject(reject: Reject): void {
    const { reading } = this.report;
    reading.rows++;
    reading.rejected++;
    this.rejects.push(reject);
    if (reading.rejects.length < NAMED_REJECTS)
      reading.rejects.push({ row: reject.row, reason: reject.reason });
  }

  longValue(column: string): void {
    const counts = this.report.reading.longValueCounts;
    counts[column] = (counts[column] ?? 0) + 1;
  }

  column(column: MappedColumn): void {
    this.report.reading.columns.push(column);
  }

  /** Whether it is time to commit, or to say once more that nothing can be stored. */
  get isDue(): boolean {
    if (this.failure) return true;
    const waits = this.options.clock.monotonic() - this.committedAt;
    if (waits >= CHECKPOINT_MS && this.writer.users >= ENOUGH_USERS) return true;
    return waits >= SLOW_CHECKPOINT_MS || this.writer.bytes >= CHECKPOINT_BYTES;
  }

  /** @throws OutboxError when it can't be stored: the reading then stands at the last checkpoint */
  commit(): Promise<void> {
    this.committing = this.committing.then(
      () => this.commitNow(),
      () => this.commitNow(),
    );
    return this.committing;
  }

  /**
   * Does something between two checkpoints: begins when the last one has ended, and the next one waits for it.
   * @throws what the work throws
   */
  between<T>(work: () => Promise<T>): Promise<T> {
    const done = this.committing.then(work, work);
    // Whoever asked for the work is told how it went.
    this.committing = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  /** Commits nothing by itself until more is read. */
  stop(): void {
    this.overdue.off();
  }

  private async commitNow(): Promise<void> {
    this.stop();
    if (this.failure) throw this.backToCommitted(this.failure);
    const collected = this.writer.takeAll();
    const rejects = this.rejects;
    this.rejects = [];
    // Rows that are read while this is being stored belong to the next checkpoint.
    const reading: Reading = structuredClone(this.report.reading);
    try {
      // At once: what others append in between would be older in the log, and not looked at.
      const batches = this.toSend(collected, reading);
      await this.options.outbox.append(this.delivery, reading, batches, rejects);
      this.committed = JSON.stringify(reading);
      this.committedAt = this.options.clock.monotonic();
      this.report.reading.users = reading.users;
      this.report.reading.unchanged = reading.unchanged;
      const counts = readCounts(reading, this.counted);
      this.counted = readCounts(reading);
      this.options.onStored(counts, batches.length);
    } catch (error) {
      this.failure =
        error instanceof OutboxError ? error : new OutboxError("the action hub can't read its outbox");
      throw this.backToCommitted(this.failure);
    }
  }

  /** Rows that were read since the last checkpoint, or come in yet, are not delivered, nor counted. */
  private backToCommitted(failure: OutboxError): OutboxError {
    this.report.reading = { ...JSON.parse(this.committed), end: endedBy(failure.message) };
    return failure;
  }

  /** What is to be sent of what was collected, counted in `reading`. */
  private toSend(collected: Collected, reading: Reading): Batch[] {
    const { environment, kind, cancelledAt } = this.report;
    if (cancelledAt !== undefined) {
      for (const { body } of [...collected.full, ...collected.open]) bodyMemory.give(body);
      return [];
    }
    const of = { delivery: this.delivery, environment, kind };
    const batches = selectBatches(collected, reading, of, this.options.outbox);
    if (!reading.dryRun) return batches;
    this.keepPreview(batches);
    for (const { body } of batches) bodyMemory.give(body);
    return [];
  }

  private keepPreview(batches: readonly Batch[]): void {
    if (this.hasPreview || batches.length === 0) return;
    this.hasPreview = true;
    this.options.outbox.keepPreview(this.delivery, previewOf(batches));
  }
}
