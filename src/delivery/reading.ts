/**
 * Takes what is read of one delivery's result: counts it, puts the updates into batches, and commits all of it at
 * checkpoints.
 *
 * `reading`: rows come in. `ending`: the document has been read, or can't be read on, and the last checkpoint is being stored.
 * `ended`: that is done, or can't be done. There is no way back.
 */

import type { MappedColumn, Reject, SkipReason, Update, UpdateSink } from "../batches";
import { BatchWriter } from "../batches";
import { Alarm, type Clock } from "../clock";
import { UserError } from "../errors";
import { newLifetime } from "../lifetime";
import { type Intake, ignoreOutboxError, type NewDelivery, OutboxError } from "../outbox";
import {
  endedBy,
  NAMED_REJECTS,
  nothingRead,
  type Read,
  type ReadCounts,
  type ReadingEnd,
  readCounts,
} from "../report";
import type { TraceKeeper } from "./trace-keeper";

export interface ReadingOptions {
  intake: Pick<Intake, "append" | "endLater" | "problem" | "whenRoom">;
  clock: Clock;
  trace: Pick<TraceKeeper, "note" | "flush">;
  /**
   * A checkpoint is on the disk.
   * @param counts what has come since the one before
   * @param batches put into the log
   */
  onStored(counts: ReadCounts, batches: number, isLast: boolean): void;
}

/** A checkpoint is due after so long, when there is enough for a batch; in milliseconds. */
const CHECKPOINT_MS = 250;
const ENOUGH_USERS = 1000;

/** … after so long whatever there is, so that a slow result does not end up in many small batches … */
const SLOW_CHECKPOINT_MS = 2000;

/** … and whenever so much waits for it, in bytes. */
const CHECKPOINT_BYTES = 4 * 1024 * 1024;

export const CANCELLED = "the delivery was cancelled";

export class Reading implements UpdateSink {
  state: "reading" | "ending" | "ended" = "reading";
  /** What has been read; the users are those of the last checkpoint. */
  read: Read = nothingRead();
  /** Aborts when the delivery is cancelled: what is being read need not be read on. */
  readonly cancelled: AbortSignal;
  private readonly canceller = newLifetime();
  /** The last checkpoint; each begins when the one before has ended. */
  private committing: Promise<void> = Promise.resolve();
  private readonly writer: BatchWriter;
  /** Rejects since the last checkpoint. */
  private rejects: Reject[] = [];
  /** As of the last checkpoint: what is on the disk. */
  private stored: Read = nothingRead();
  private storedAt: number;
  private readonly lifetime = newLifetime();
  /** Set while something waits for a checkpoint. */
  private readonly overdue: Alarm;
  /** Why nothing more can be stored. */
  private failure: OutboxError | undefined;

  constructor(
    readonly delivery: NewDelivery,
    private readonly options: ReadingOptions,
  ) {
    this.cancelled = this.canceller.signal;
    this.storedAt = options.clock.monotonic();
    this.writer = new BatchWriter(delivery);
    const commit = () => void this.commit().catch(ignoreOutboxError);
    this.overdue = new Alarm(options.clock, commit, this.lifetime.signal);
  }

  update(update: Update): void {
    this.read.rows++;
    this.writer.add(update);
    if (!this.overdue.isSet) this.overdue.set(SLOW_CHECKPOINT_MS);
  }

  skip(reason: SkipReason): void {
    this.read.rows++;
    if (reason === "no identity") this.read.skippedNoIdentity++;
    else if (reason === "no properties") this.read.skippedNoProperties++;
    else this.read.skippedNoName = (this.read.skippedNoName ?? 0) + 1;
  }

  reject(reject: Reject): void {
    const { read } = this;
    read.rows++;
    read.rejected++;
    this.rejects.push(reject);
    if (read.rejects.length < NAMED_REJECTS) read.rejects.push({ row: reject.row, reason: reject.reason });
  }

  longValue(column: string): void {
    const counts = this.read.longValueCounts;
    counts[column] = (counts[column] ?? 0) + 1;
  }

  column(column: MappedColumn): void {
    this.read.columns.push(column);
  }

  /**
   * Commits what has been read, when that is due. Called after each piece of the document (when none comes, a
   * timer sees to it); waits while the outbox is full.
   * @throws OutboxError when it can't be stored: the reading then stands at the last checkpoint
   */
  checkpoint(): Promise<void> | undefined {
    return this.isDue ? this.commitAndWait() : undefined;
  }

  /** The document has been read, or can't be read on: commits what is left, if it can. The first end counts. */
  async end(end: ReadingEnd): Promise<void> {
    if (this.state !== "reading") return;
    this.state = "ending";
    const asItWas = this.cancelled.aborted ? endedBy(CANCELLED) : end;
    if (!this.cancelled.aborted && asItWas.problem !== undefined)
      this.options.trace.note(`Looker's result was not read to its end: ${asItWas.problem}.`, asItWas.said);
    try {
      await this.commit(asItWas);
    } catch (error) {
      ignoreOutboxError(error);
      const { message } = this.failure ?? new OutboxError("the action hub can't store what it reads");
      // Whoever looks is told at once; the disk when it can.
      void this.options.intake.endLater(this.delivery.id, endedBy(message));
    } finally {
      this.state = "ended";
      this.lifetime.abort();
      this.options.trace.flush();
    }
  }

  /**
   * The form turned out not to fit the result: nothing of it was sent.
   * @param why whole sentences
   */
  async refuse(why: string): Promise<void> {
    this.options.trace.note(`Nothing was sent, as the form does not fit the result. ${why}`);
    await this.end({ isRefused: true, truncated: false, messages: [] });
  }

  /** The hub stops while the document is being read: the next one may read it again. Commits what is left. */
  async interrupt(): Promise<void> {
    await this.commit().catch(ignoreOutboxError);
    this.state = "ended";
    this.lifetime.abort();
  }

  /** It is on the disk that the delivery is cancelled: nothing more is read. */
  cancel(): void {
    this.canceller.abort(new UserError(CANCELLED));
  }

  /** Whether it is time to commit, or to say again that nothing can be stored. */
  private get isDue(): boolean {
    if (this.failure) return true;
    const waits = this.options.clock.monotonic() - this.storedAt;
    if (waits >= CHECKPOINT_MS && this.writer.users >= ENOUGH_USERS) return true;
    return waits >= SLOW_CHECKPOINT_MS || this.writer.bytes >= CHECKPOINT_BYTES;
  }

  private async commitAndWait(): Promise<void> {
    const { intake, trace } = this.options;
    await this.commit();
    if ((await intake.problem()) === undefined) return;
    trace.note("Nothing more can be stored for now: reading waits until there is room.");
    await intake.whenRoom(this.cancelled);
  }

  private commit(end?: ReadingEnd): Promise<void> {
    this.committing = this.committing.then(
      () => this.commitNow(end),
      () => this.commitNow(end),
    );
    return this.committing;
  }

  private async commitNow(end: ReadingEnd | undefined): Promise<void> {
    this.overdue.off();
    if (this.failure) throw this.backToStored(this.failure);
    const collected = this.writer.takeAll();
    const { rejects } = this;
    this.rejects = [];
    // Rows that are read while this is being stored belong to the next checkpoint.
    const read = structuredClone(this.read);
    try {
      const checkpoint = { collected, read, rejects, ...(end && { end }) };
      const appended = await this.options.intake.append(this.delivery, checkpoint);
      const counts = readCounts(appended.read, this.stored);
      this.stored = appended.read;
      this.storedAt = this.options.clock.monotonic();
      this.read.users = appended.read.users;
      this.read.unchanged = appended.read.unchanged;
      this.options.onStored(counts, appended.batches, end !== undefined);
    } catch (error) {
      this.failure =
        error instanceof OutboxError ? error : new OutboxError("the action hub can't read its outbox");
      throw this.backToStored(this.failure);
    }
  }

  /** Rows that were read since the last checkpoint, or come in yet, are not delivered, nor counted. */
  private backToStored(failure: OutboxError): OutboxError {
    this.read = structuredClone(this.stored);
    return failure;
  }
}
