/** The requests for one environment: each sends a part of a batch, and does what follows from Heap's answer. */

import type { IBackoff, IBackoffFactory } from "cockatiel";
import type { LoggedBatch, Reject } from "../batches";
import { bodyMemory } from "../batches";
import type { Clock } from "../clock";
import type { Answer, EnvironmentSender } from "../heap";
import type { BatchOutcome, Outbox } from "../outbox";
import type { EnvironmentHealth } from "./environment-health";
import type { IdentityRate } from "./identity-rate";
import type { LookAhead } from "./look-ahead";
import { judge, type Verdict } from "./verdict";
import { noteFailure, type Part, refusalOf, type WaitingBatch } from "./waiting-batch";

/** A request that has ended, and what follows from it. */
interface AnsweredRequest {
  users: number;
  answer: Answer;
  milliseconds: number;
  next: Verdict["do"];
}

/** Told what becomes of the batches. */
export interface RequestEvents {
  sent(batch: LoggedBatch, users: number): void;
  refused(batch: LoggedBatch, reject: Reject): void;
  /** Nothing of the batch is left to do. */
  finished(batch: LoggedBatch, outcome: BatchOutcome): void;
  answered(batch: LoggedBatch, request: AnsweredRequest): void;
  /** Users of a cancelled delivery are not sent any more. */
  dropped(batch: LoggedBatch, users: number): void;
  /** A request could not be made, by an error of ours: it is made later. */
  unsent(batch: LoggedBatch, error: unknown): void;
}

export interface RequestsOptions {
  /** Of the log. */
  name: string;
  outbox: Pick<Outbox, "body" | "done" | "recordSend">;
  sender: Pick<EnvironmentSender, "send" | "pause">;
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

/** Heap itself is well when one part alone fails: that part need not wait long to be narrowed down further. */
const MAX_SUSPECT_DELAY_MS = 2000;

export class Requests {
  underWay = 0;
  private pauseBackoff: IBackoff<unknown> | undefined;

  constructor(
    private readonly options: RequestsOptions,
    private readonly batches: LookAhead,
    private readonly rate: IdentityRate,
    private readonly health: EnvironmentHealth,
  ) {}

  /** Sends a part. Resolves when what follows from the answer is done; never rejects. */
  async send(waiting: WaitingBatch, part: Part): Promise<void> {
    const { sender, clock, outbox, events, name } = this.options;
    const { environment, type, position } = waiting.batch;
    part.sending = true;
    part.triedAt = clock.now();
    this.underWay++;
    const toRecord = this.rate.occupy(part.hashes);
    try {
      if (toRecord.length > 0) await outbox.recordSend(name, clock.now(), toRecord);
      const body = part.body ?? (await outbox.body(position));
      const started = clock.now();
      const answer = await sender.send({ environment, type, body, free: () => bodyMemory.give(body) });
      const milliseconds = clock.now() - started;
      const verdict = this.judge(answer, waiting, part);
      events.answered(waiting.batch, { users: part.hashes.length, answer, milliseconds, next: verdict.do });
      this.carryOut(verdict, waiting, part, body, clock.now());
    } catch (error) {
      events.unsent(waiting.batch, error);
      part.notBefore = clock.now() + this.nextDelay(part);
    } finally {
      this.underWay--;
      part.sending = false;
      this.rate.ended(part.hashes, clock.now());
    }
    if (waiting.isDropped) this.dropIdleParts(waiting);
  }

  /** Nothing more of the batch is sent: what is under way is waited for. */
  drop(waiting: WaitingBatch): void {
    waiting.isDropped = true;
    this.dropIdleParts(waiting);
  }

  private dropIdleParts(waiting: WaitingBatch): void {
    if (waiting.parts.length === 0) return;
    for (const part of waiting.parts.filter(({ sending }) => !sending)) {
      waiting.drop(part);
      this.options.events.dropped(waiting.batch, part.hashes.length);
    }
    this.finishIfThrough(waiting, this.options.clock.now());
  }

  /** Takes note of an answer. @returns what is to be done now */
  private judge(answer: Answer, waiting: WaitingBatch, part: Part): Verdict {
    const now = this.options.clock.now();
    const { health } = this;
    health.answered(answer.kind, now);
    if (answer.kind === "accepted") this.pauseBackoff = undefined;
    if (answer.kind === "unanswered") waiting.settledAt = now + this.options.settleMs;
    if (COUNTED_FAILURES.has(answer.kind)) noteFailure(part, health.accepted);
    return judge(answer, part, {
      accepted: health.accepted,
      unknownInARow: health.unknownInARow,
      underWay: this.underWay - 1,
      alone: this.batches.unblocked().length === 1,
      parts: waiting.parts.length,
    });
  }

  private carryOut(verdict: Verdict, waiting: WaitingBatch, part: Part, body: Buffer, now: number): void {
    const { events, sender, backoff } = this.options;
    switch (verdict.do) {
      case "finish":
        waiting.finish(part);
        events.sent(waiting.batch, part.hashes.length);
        this.finishIfThrough(waiting, now);
        return;
      case "reject": {
        const refusal = refusalOf(part, body, verdict.reason);
        waiting.finish(part, refusal);
        events.refused(waiting.batch, refusal);
        this.finishIfThrough(waiting, now);
        return;
      }
      case "split":
        waiting.split(part, body);
        return;
      case "pause":
        this.pauseBackoff = (this.pauseBackoff ?? backoff).next(undefined);
        sender.pause(verdict.milliseconds ?? this.pauseBackoff.duration);
        return;
      case "park":
        this.health.park(verdict.status, now);
        return;
      case "retry":
        part.notBefore = now + this.nextDelay(part);
    }
  }

  private nextDelay(part: Part): number {
    part.backoff = (part.backoff ?? this.options.backoff).next(undefined);
    const { duration } = part.backoff;
    return part.isSuspect ? Math.min(duration, MAX_SUSPECT_DELAY_MS) : duration;
  }

  private finishIfThrough(waiting: WaitingBatch, now: number): void {
    if (waiting.parts.length > 0) return;
    this.batches.leave(waiting, now);
    this.options.outbox.done(waiting.batch, waiting.outcome);
    this.options.events.finished(waiting.batch, waiting.outcome);
  }
}
