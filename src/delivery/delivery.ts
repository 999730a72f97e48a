/** One delivery: the updates of one execute, followed until Heap has them, and reported. */

import type { Reject } from "../batches";
import { UserError } from "../errors";
import type { Answer } from "../heap";
import { type Dropped, ignoreOutboxError, type Outbox, type StoredDelivery } from "../outbox";
import type { TraceData } from "../report";
import {
  endedBy,
  isFinished,
  NAMED_REJECTS,
  type Origin,
  type Outcome,
  outcomeOf,
  type ReadingEnd,
  type Report,
} from "../report";
import type { HealthState, Verdict } from "../sending";
import { Collector, type CollectorOptions } from "./collector";
import type { ObservedDelivery } from "./observer";
import { TraceKeeper } from "./trace-keeper";

const CANCELLED = "the delivery was cancelled";

export interface DeliveryOptions extends CollectorOptions {
  outbox: Outbox;
  /** Percent of the rows. */
  rejectsTolerated: number;
  /** Called once, when nothing is left to do. */
  onFinished(): void;
}

export class Delivery implements ObservedDelivery {
  readonly id: string;
  readonly origin: Origin;
  readonly linkKey: string | undefined;
  readonly report: Report;
  /** Takes what is read of the result. */
  readonly collector: Collector;
  /** Aborts when the delivery is cancelled: what is being read need not be read on. */
  readonly cancelled: AbortSignal;
  /** Resolves when nothing more is to be expected soon: everything is through, or the delivery is parked. */
  readonly settled: Promise<void>;
  private settle: () => void = () => undefined;
  private batchesLeft: number;
  /** The reading has ended, and what came last is not in the log yet: all else being through says nothing. */
  private isStoringLast = false;
  /** It is not clear yet whether it is cancelled: until then it does not end. */
  private isCancelling = false;
  private isOver = false;
  private isRefused = false;
  private readonly canceller = new AbortController();
  private readonly keeper: TraceKeeper;

  constructor(
    stored: StoredDelivery,
    private readonly options: DeliveryOptions,
  ) {
    const { id, environment, kind, reading, sent, refused, dropped, batchesLeft, origin } = stored;
    this.id = id;
    this.origin = origin;
    this.linkKey = stored.linkKey;
    this.report = { environment, kind, reading, sent, refused, refusals: [], dropped };
    if (stored.cancelledAt !== undefined) this.report.cancelledAt = stored.cancelledAt;
    const outcome = () => this.outcome;
    this.keeper = new TraceKeeper(id, stored.trace, { ...options, outcome });
    this.cancelled = this.canceller.signal;
    this.batchesLeft = batchesLeft;
    this.collector = new Collector(id, this.report, {
      ...options,
      onStored: (counts, batches) => {
        this.batchesLeft += batches;
        options.onStored(counts, batches);
      },
    });
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  /**
   * Commits what has been read, when that is due. Called after each piece of the document (when none comes, a
   * timer sees to it); waits while the outbox is full.
   * @throws OutboxError when it can't be stored: the reading then stands at the last checkpoint
   */
  checkpoint(): Promise<void> | undefined {
    return this.collector.isDue ? this.commitAndWait() : undefined;
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
      this.isStoringLast = true;
      const stored = this.collector.commit().catch(ignoreOutboxError);
      await stored.finally(() => {
        this.isStoringLast = false;
      });
    }
    this.finishIfThrough();
  }

  /** The hub stops while the document is being read: the next one may have it once more. Commits what is left. */
  async readingInterrupted(): Promise<void> {
    await this.collector.commit().catch(ignoreOutboxError);
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
    this.collector.stop();
    this.isRefused = true;
    this.note(`Nothing was sent, as the form does not fit the result. ${why}`);
    this.over();
  }

  /**
   * Has its cancellation stored. No checkpoint comes in between, and those that follow put nothing into the log.
   * @param store calls `cancellationStored` as soon as it is
   * @returns false when the delivery was over before
   * @throws what `store` throws: the delivery goes on as if nobody had cancelled it
   */
  cancel(store: (at: number) => Promise<void>): Promise<boolean> {
    return this.collector.between(async () => {
      if (this.isOver) return false;
      this.isCancelling = true;
      try {
        await store(this.report.cancelledAt ?? this.options.clock.now());
      } finally {
        this.isCancelling = false;
        this.finishIfThrough();
      }
      return true;
    });
  }

  /**
   * It is on the disk that it is cancelled: nothing more is read.
   * @param taken out of the log
   */
  cancellationStored(at: number, taken: Dropped): void {
    this.report.cancelledAt = at;
    this.report.dropped += taken.users;
    this.batchesLeft -= taken.batches;
    this.canceller.abort(new UserError(CANCELLED));
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

  private async commitAndWait(): Promise<void> {
    await this.collector.commit();
    const room = this.options.outbox.whenRoom();
    if (!room) return;
    this.note("Nothing more can be stored for now: reading waits until there is room.");
    await room;
  }

  private finishIfThrough(): void {
    if (this.isStoringLast || this.isCancelling) return;
    if (this.batchesLeft === 0 && isFinished(this.report)) this.over();
    else if (this.report.parked !== undefined && this.report.reading.end !== undefined) this.settle();
  }

  private over(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.keeper.keep();
    // Nobody need wait for the disk to hear of it: should the hub die first, the next one sends the last batches again.
    this.options.onFinished();
    this.settle();
  }
}
