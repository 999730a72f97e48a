/** One delivery: the updates of one execute, put into batches, followed until Heap has them, and reported. */

import type { Clock } from "../clock";
import type { Answer } from "../heap";
import type { Batch } from "./batch";
import { BatchWriter, type Collected } from "./batch-writer";
import { bodyMemory } from "./body-memory";
import type { HealthState } from "./environment-health";
import type { ObservedDelivery } from "./observer";
import { type Outbox, OutboxError, type StoredDelivery } from "./outbox";
import { type Outcome, outcomeOf } from "./outcome";
import { previewOf } from "./preview";
import { type ReadCounts, readCounts } from "./read-counts";
import { isFinished, NAMED_REJECTS, type Origin, type Reading, type ReadingEnd, type Report } from "./report";
import { selectBatches } from "./select-batches";
import type { TraceData } from "./trace";
import { TraceKeeper } from "./trace-keeper";
import type { MappedColumn, Reject, SkipReason, Update, UpdateSink } from "./update";
import type { Verdict } from "./verdict";

/** A checkpoint is due after so long, when there is enough for a batch; in milliseconds. */
const CHECKPOINT_MS = 250;
const ENOUGH_USERS = 1000;

/** … after so long whatever there is, so that a slow result does not end up in many small batches … */
const SLOW_CHECKPOINT_MS = 2000;

/** … and whenever so much waits for it, in bytes. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024;

const CANCELLED = "the delivery was cancelled";

export interface DeliveryOptions {
  outbox: Outbox;
  clock: Clock;
  /** Percent of the rows. */
  rejectsTolerated: number;
  /** A checkpoint is on the disk. @param counts what has come since the one before @param batches put into the log */
  onStored(counts: ReadCounts, batches: number): void;
  /** Called once, when nothing is left to do. */
  onFinished(): Promise<void>;
}

export class Delivery implements UpdateSink, ObservedDelivery {
  readonly id: string;
  readonly origin: Origin;
  readonly linkKey: string | undefined;
  readonly report: Report;
  /** Aborts when the delivery is cancelled: what is being read need not be read on. */
  readonly cancelled: AbortSignal;
  /** Resolves when nothing more is to be expected soon: everything is through, or the delivery is parked. */
  readonly settled: Promise<void>;
  private settle: () => void = () => undefined;
  private readonly writer: BatchWriter;
  /** Rejects since the last checkpoint. */
  private rejects: Reject[] = [];
  /** The reading as of the last checkpoint: what is on the disk. */
  private committed: string;
  private committedAt: number;
  /** The counts of the last checkpoint. */
  private counted: ReadCounts;
  /** One checkpoint after the other. */
  private committing: Promise<void> = Promise.resolve();
  /** Set while something waits for a checkpoint. */
  private cancelTimer: (() => void) | undefined;
  /** Why nothing more can be stored. */
  private failure: OutboxError | undefined;
  private batchesLeft: number;
  private isOver = false;
  private isRefused = false;
  private hasPreview = false;
  private readonly canceller = new AbortController();
  private readonly keeper: TraceKeeper;

  constructor(
    stored: StoredDelivery,
    private readonly options: DeliveryOptions,
  ) {
    const { id, environment, type, reading, sent, refused, dropped, batchesLeft, origin } = stored;
    this.id = id;
    this.origin = origin;
    this.linkKey = stored.linkKey;
    this.report = { environment, type, reading, sent, refused, refusals: [], dropped };
    if (stored.cancelledAt !== undefined) this.report.cancelledAt = stored.cancelledAt;
    const outcome = () => this.outcome;
    this.keeper = new TraceKeeper(id, stored.trace, { ...options, outcome });
    this.cancelled = this.canceller.signal;
    this.batchesLeft = batchesLeft;
    this.committed = JSON.stringify(reading);
    this.counted = readCounts(reading);
    this.committedAt = options.clock.now();
    this.writer = new BatchWriter({ environment, type });
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  update(update: Update): void {
    this.report.reading.rows++;
    this.writer.add(update);
    this.cancelTimer ??= this.options.clock.after(
      SLOW_CHECKPOINT_MS,
      () => void this.commit().catch(ignoreOutboxError),
    );
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

  /**
   * Commits what has been read, when that is due. Called after each piece of the document (when none comes, a
   * timer sees to it); waits while the outbox is full.
   * @throws OutboxError when it can't be stored: the reading then stands at the last checkpoint
   */
  checkpoint(): Promise<void> | undefined {
    return this.isDue() || this.failure ? this.commitAndWait() : undefined;
  }

  /** The document has been read, or can't be read on: commits what is left, if it can. */
  async readingEnded(end: ReadingEnd): Promise<void> {
    if (this.report.reading.end === undefined) {
      const isCancelled = this.report.cancelledAt !== undefined;
      this.report.reading.end = isCancelled ? endedBy(CANCELLED) : end;
      if (!isCancelled && end.problem !== undefined) {
        this.note(`Looker's result was not read to its end: ${end.problem}.`, end.said);
      }
      delete this.report.reading.source;
      await this.commit().catch(ignoreOutboxError);
    }
    this.finishIfThrough();
  }

  /** The hub stops while the document is being read: the next one may have it once more. Commits what is left. */
  async readingInterrupted(): Promise<void> {
    await this.commit().catch(ignoreOutboxError);
  }

  get outcome(): Outcome {
    return this.isRefused ? "refused" : outcomeOf(this.report, this.options.rejectsTolerated);
  }

  /** What goes wrong from then on, Looker does not hear of. */
  get wasToldSuccess(): boolean {
    return this.report.reading.toldSuccess === true;
  }

  get trace(): TraceData {
    return this.keeper.data;
  }

  /**
   * The form turned out not to fit the result: nothing of it was sent.
   * @param why whole sentences
   */
  abandon(why: string): void {
    this.cancelTimer?.();
    this.isRefused = true;
    this.note(`Nothing was sent, as the form does not fit the result. ${why}`);
    this.over();
  }

  /** Reads nothing more, and resolves when nothing more can come into the log. */
  async cancel(): Promise<void> {
    this.report.cancelledAt ??= this.options.clock.now();
    this.canceller.abort();
    await this.committing.catch(ignoreOutboxError);
  }

  /** What was taken out of the log when it was cancelled. */
  takenOut(batches: number, users: number): void {
    this.report.dropped += users;
    this.batchesLeft -= batches;
    this.finishIfThrough();
  }

  dropped(users: number): void {
    this.report.dropped += users;
  }

  /** Something happened that its page tells of. */
  note(text: string, said?: string): void {
    this.keeper.note(text, said);
  }

  answered(answer: Answer, next: Verdict["do"], milliseconds: number): void {
    this.keeper.answered(answer, next, milliseconds, this.report.cancelledAt === undefined);
  }

  /** What Looker is about to be told of a result that was read. Kept: what is left to do may still go wrong. */
  async told(success: boolean): Promise<void> {
    if (!success || this.isOver) return;
    const { reading } = this.report;
    reading.toldSuccess = true;
    await this.options.outbox.append(this.id, reading, [], []).catch(ignoreOutboxError);
  }

  sent(users: number): void {
    this.report.sent += users;
    this.keeper.sent(users);
  }

  refused(reject: Reject): void {
    this.report.refused++;
    const { refusals } = this.report;
    if (refusals.length < NAMED_REJECTS) refusals.push({ row: reject.row, reason: reject.reason });
  }

  batchFinished(): void {
    this.batchesLeft--;
    this.finishIfThrough();
  }

  health(state: HealthState): void {
    const wasWell = this.report.parked === undefined && this.report.heapDownSince === undefined;
    delete this.report.parked;
    delete this.report.heapDownSince;
    const { parked, downSince } = state;
    if (parked !== undefined) {
      this.report.parked = parked;
      this.note(`Heap does not know the environment (it answered ${parked}): the delivery is parked.`);
    } else if (downSince !== undefined) {
      this.report.heapDownSince = downSince;
      this.note("Heap takes nothing: it is tried until it does.");
    } else if (!wasWell) this.note("Heap takes requests again.");
    if (state.parked !== undefined && this.report.reading.end !== undefined) this.settle();
  }

  private isDue(): boolean {
    const waits = this.options.clock.now() - this.committedAt;
    if (waits >= CHECKPOINT_MS && this.writer.users >= ENOUGH_USERS) return true;
    return waits >= SLOW_CHECKPOINT_MS || this.writer.bytes >= CHECKPOINT_BYTES;
  }

  private async commitAndWait(): Promise<void> {
    await this.commit();
    const room = this.options.outbox.whenRoom();
    if (!room) return;
    this.note("Nothing more can be stored for now: reading waits until there is room.");
    await room;
  }

  private commit(): Promise<void> {
    this.committing = this.committing.then(
      () => this.commitNow(),
      () => this.commitNow(),
    );
    return this.committing;
  }

  private async commitNow(): Promise<void> {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    if (this.failure) throw this.backToCommitted(this.failure);
    const collected = this.writer.takeAll();
    const rejects = this.rejects;
    this.rejects = [];
    // Rows that are read while this is being stored belong to the next checkpoint.
    const reading: Reading = structuredClone(this.report.reading);
    try {
      const batches = await this.toSend(collected, reading);
      await this.options.outbox.append(this.id, reading, batches, rejects);
      this.committed = JSON.stringify(reading);
      this.committedAt = this.options.clock.now();
      this.batchesLeft += batches.length;
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
  private async toSend(collected: Collected, reading: Reading): Promise<Batch[]> {
    const { environment, type, cancelledAt } = this.report;
    if (cancelledAt !== undefined) {
      for (const { body } of [...collected.full, ...collected.open]) bodyMemory.give(body);
      return [];
    }
    const of = { delivery: this.id, environment, type };
    const batches = await selectBatches(collected, reading, of, this.options.outbox);
    if (!reading.dryRun) return batches;
    this.keepPreview(batches);
    for (const { body } of batches) bodyMemory.give(body);
    return [];
  }

  private keepPreview(batches: readonly Batch[]): void {
    if (this.hasPreview || batches.length === 0) return;
    this.hasPreview = true;
    this.options.outbox.keepPreview(this.id, previewOf(batches));
  }

  private finishIfThrough(): void {
    if (this.batchesLeft === 0 && isFinished(this.report)) this.over();
    else if (this.report.parked !== undefined && this.report.reading.end !== undefined) this.settle();
  }

  private over(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.keeper.keep();
    void this.options.onFinished().then(this.settle);
  }
}

/** The report says it already. */
function ignoreOutboxError(error: unknown): void {
  if (!(error instanceof OutboxError)) throw error;
}

function endedBy(problem: string): ReadingEnd {
  return { problem, truncated: false, messages: [] };
}
