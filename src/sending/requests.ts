/** The requests for one environment: each sends a part of a batch, and does what follows from Heap's answer. */

import type { IBackoff, IBackoffFactory } from "cockatiel";
import { bodyMemory, type LoggedBatch } from "../batches";
import type { Clock } from "../clock";
import type { Answer, EnvironmentSender } from "../heap";
import { type BatchOutcome, ignoreLeaseLost, type Lease, type Logs } from "../outbox";
import type { EnvironmentHealth } from "./environment-health";
import type { LookAhead } from "./look-ahead";
import type { Rates } from "./rates";
import { judge, type Verdict } from "./verdict";
import { noteFailure, type Part, refusalOf, WaitingBatch } from "./waiting-batch";

/** A request that has ended, and what follows from it. */
interface AnsweredRequest {
  users: number;
  answer: Answer;
  milliseconds: number;
  next: Verdict["do"];
}

/** Told what becomes of the batches. */
export interface RequestEvents {
  /** Nothing of the batch is left to do; the outbox is told next. */
  done(batch: LoggedBatch, outcome: BatchOutcome): void;
  answered(batch: LoggedBatch, request: AnsweredRequest): void;
  /** All that is left of a delivery waits for users that others are still sending. */
  heldUp(delivery: string): void;
  /** A request could not be made, by an error of ours: it is made later. */
  unsent(batch: LoggedBatch, error: unknown): void;
}

export interface RequestsOptions {
  lease: Lease;
  logs: Pick<Logs, "body" | "done" | "recordSend">;
  sender: Pick<EnvironmentSender, "send" | "pause" | "underWay">;
  clock: Clock;
  /** How long nothing may follow a request that ended without an answer, in milliseconds. */
  settleMs: number;
  backoff: IBackoffFactory<unknown>;
  events: RequestEvents;
}

/** Answers that leave open whether Heap takes the records. */
const COUNTED_FAILURES: ReadonlySet<Answer["kind"]> = new Set([
  "failed",
  "unanswered",
  "unknown environment",
]);

/** The body of a request that was never made. */
const UNREAD = Buffer.alloc(0);

/** Heap itself is well when one part alone fails: that part need not wait long to be narrowed down further. */
const MAX_SUSPECT_DELAY_MS = 2000;

export class Requests {
  private pauseBackoff: IBackoff<unknown> | undefined;

  constructor(
    private readonly options: RequestsOptions,
    private readonly batches: LookAhead,
    private readonly rates: Rates,
    private readonly health: EnvironmentHealth,
  ) {}

  /** Sends a part. Resolves when what follows from the answer is done; never rejects. */
  async send(waiting: WaitingBatch, part: Part): Promise<void> {
    const { sender, clock, logs, events, lease } = this.options;
    const { environment, kind, position } = waiting.batch;
    part.sending = true;
    part.triedAt = clock.monotonic();
    const toRecord = this.rates.occupy(kind, part);
    try {
      let body = part.body ?? UNREAD;
      let started = clock.monotonic();
      const answer = await sender.send(async () => {
        if (toRecord.length > 0) await logs.recordSend(lease, toRecord);
        // It may have been cancelled since its turn came.
        if (waiting.isDropped || !lease.isHeld) return undefined;
        const ready = part.body ?? (await logs.body(lease, position));
        body = ready;
        started = clock.monotonic();
        return { environment, kind, body: ready, free: () => bodyMemory.give(ready), signal: lease.lost };
      });
      const milliseconds = clock.monotonic() - started;
      const verdict = this.judge(answer, waiting, part);
      events.answered(waiting.batch, { users: part.hashes.length, answer, milliseconds, next: verdict.do });
      this.carryOut(verdict, waiting, part, body);
    } catch (error) {
      events.unsent(waiting.batch, error);
      part.notBefore = clock.monotonic() + this.nextDelay(part);
    } finally {
      part.sending = false;
      this.rates.ended(kind, part, clock.monotonic());
    }
    if (waiting.isDropped) this.dropIdleParts(waiting);
  }

  /** Nothing more of the batch is sent: what is under way is waited for. */
  drop(waiting: WaitingBatch): void {
    waiting.isDropped = true;
    this.dropIdleParts(waiting);
  }

  /** Nothing of the batch was sent, and nothing will be. */
  dropUnsent(batch: LoggedBatch): void {
    const waiting = new WaitingBatch(batch);
    for (const part of waiting.parts) waiting.drop(part);
    this.tellDone(waiting);
  }

  private dropIdleParts(waiting: WaitingBatch): void {
    if (waiting.parts.length === 0) return;
    for (const part of waiting.parts.filter(({ sending }) => !sending)) waiting.drop(part);
    this.leaveIfDone(waiting);
  }

  /** Takes note of an answer. @returns what is to be done now */
  private judge(answer: Answer, waiting: WaitingBatch, part: Part): Verdict {
    const { health } = this;
    health.answered(answer.kind);
    if (answer.kind === "accepted") this.pauseBackoff = undefined;
    if (answer.kind === "unanswered") {
      waiting.settledAt = this.options.clock.monotonic() + this.options.settleMs;
    }
    if (COUNTED_FAILURES.has(answer.kind)) noteFailure(part, health.accepted);
    return judge(answer, part, {
      accepted: health.accepted,
      unknownInARow: health.unknownInARow,
      underWay: this.options.sender.underWay,
      alone: this.batches.unblocked().length === 1,
      parts: waiting.parts.length,
    });
  }

  private carryOut(verdict: Verdict, waiting: WaitingBatch, part: Part, body: Buffer): void {
    const { sender, backoff } = this.options;
    switch (verdict.do) {
      case "finish":
        waiting.finish(part);
        this.leaveIfDone(waiting);
        return;
      case "reject":
        waiting.finish(part, refusalOf(part, waiting.batch.kind, body, verdict.reason));
        this.leaveIfDone(waiting);
        return;
      case "split":
        waiting.split(part, body);
        return;
      case "pause":
        this.pauseBackoff = (this.pauseBackoff ?? backoff).next(undefined);
        sender.pause(verdict.milliseconds ?? this.pauseBackoff.duration);
        return;
      case "park":
        this.health.park(verdict.status);
        return;
      case "retry":
        part.notBefore = this.options.clock.monotonic() + this.nextDelay(part);
    }
  }

  private nextDelay(part: Part): number {
    part.backoff = (part.backoff ?? this.options.backoff).next(undefined);
    const { duration } = part.backoff;
    return part.isSuspect ? Math.min(duration, MAX_SUSPECT_DELAY_MS) : duration;
  }

  private leaveIfDone(waiting: WaitingBatch): void {
    if (waiting.parts.length > 0) return;
    this.batches.leave(waiting, this.options.clock.monotonic());
    this.tellDone(waiting);
  }

  private tellDone({ batch, outcome }: WaitingBatch): void {
    const { logs, lease, events } = this.options;
    events.done(batch, outcome);
    void logs.done(lease, batch, outcome).catch(ignoreLeaseLost);
  }
}
