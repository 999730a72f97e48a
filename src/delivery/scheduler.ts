/**
 * Sends the log of one environment to Heap: in order where batches share an identity, side by side where they
 * don't, within Heap's rolling limit, again after a failure, in halves after a refusal.
 */

import type { IBackoff, IBackoffFactory } from "cockatiel";
import type { Clock } from "../clock";
import type { Answer, HeapRequest } from "../heap";
import type { LoggedBatch } from "./batch";
import { IdentityOrder } from "./identity-order";
import { IdentityRate } from "./identity-rate";
import type { Outbox } from "./outbox";
import type { Reject } from "./update";
import { judge, type Verdict } from "./verdict";
import { identityOf, type Part, WaitingBatch } from "./waiting-batch";

/** Sends one request at a time out of several; what `heap` offers for one environment. */
export interface Sender {
  hasRoom(): boolean;
  /** Never rejects. */
  send(request: HeapRequest): Promise<Answer>;
  pause(milliseconds: number): void;
  readonly pauseEnds: number;
}

/** Told what becomes of the batches. */
export interface SchedulerEvents {
  sent(batch: LoggedBatch, users: number): void;
  rejected(batch: LoggedBatch, reject: Reject): void;
  /** Nothing of the batch is left to do. */
  finished(batch: LoggedBatch): void;
  answered(answer: Answer, milliseconds: number): void;
  /** Heap does not know the environment: it is probed now and then. */
  parked(status: number): void;
  resumed(): void;
}

export interface SchedulerOptions {
  log: string;
  outbox: Outbox;
  sender: Sender;
  clock: Clock;
  /** How long nothing may follow a request that ended without an answer, in milliseconds. */
  settleMs: number;
  backoff: IBackoffFactory<unknown>;
  events: SchedulerEvents;
}

/** Batches looked at beyond the first unfinished one. */
const LOOK_AHEAD = 64;

/** Heap itself is well when one part alone fails: that part need not wait long to be narrowed down further. */
const MAX_SUSPECT_DELAY_MS = 2000;

/** How often a parked environment is tried again, in milliseconds. */
const PROBE_EVERY_MS = 15 * 60_000;

export class Scheduler {
  private waiting: WaitingBatch[] = [];
  /** Through, but nothing that shares their identities may go out yet. */
  private settling: WaitingBatch[] = [];
  private readonly order = new IdentityOrder();
  private readonly rate = new IdentityRate();
  private readonly backoffs = new WeakMap<Part, IBackoff<unknown>>();
  private pauseBackoff: IBackoff<unknown> | undefined;
  private position = 0;
  private underWay = 0;
  private lastAccepted = 0;
  private unknownInARow = 0;
  private parkedStatus: number | undefined;
  private nextProbe = 0;
  private cancelWake: () => void = () => undefined;
  private stopped = false;

  constructor(private readonly options: SchedulerOptions) {}

  /** The status with which Heap refused the environment; undefined when it is not parked. */
  get parked(): number | undefined {
    return this.parkedStatus;
  }

  stop(): void {
    this.stopped = true;
    this.cancelWake();
  }

  /** Starts whatever may start now. Called when the log has grown and whenever something has changed. */
  pump(): void {
    if (this.stopped) return;
    const now = this.options.clock.now();
    this.rate.forget(now);
    this.releaseSettled(now);
    this.readOn();
    if (this.parkedStatus !== undefined) this.probe(now);
    else for (const waiting of this.waiting) if (!this.startParts(waiting, now)) break;
    this.scheduleWake(now);
  }

  private readOn(): void {
    const { outbox, log } = this.options;
    if (this.waiting.length >= LOOK_AHEAD) return;
    for (const batch of outbox.read(log, this.position, LOOK_AHEAD - this.waiting.length)) {
      const waiting = new WaitingBatch(batch);
      this.order.enter(waiting);
      this.waiting.push(waiting);
      this.position = batch.position;
    }
  }

  /** @returns false when there is no room for any more requests */
  private startParts(waiting: WaitingBatch, now: number): boolean {
    if (waiting.blockers > 0) return true;
    for (const part of waiting.parts) {
      if (!this.options.sender.hasRoom()) return false;
      if (this.mayStart(part, now)) this.start(waiting, part);
    }
    return true;
  }

  private mayStart(part: Part, now: number): boolean {
    return !part.sending && part.notBefore <= now && this.rate.allows(part.hashes);
  }

  /** One request now and then, until Heap knows the environment. */
  private probe(now: number): void {
    if (now < this.nextProbe || this.underWay > 0) return;
    for (const waiting of this.waiting) {
      const part = waiting.blockers === 0 && waiting.parts.find((each) => this.rate.allows(each.hashes));
      if (!part) continue;
      this.nextProbe = now + PROBE_EVERY_MS;
      this.start(waiting, part);
      return;
    }
  }

  private start(waiting: WaitingBatch, part: Part): void {
    const { sender, clock } = this.options;
    const { environment, type } = waiting.batch;
    part.sending = true;
    this.underWay++;
    this.rate.occupy(part.hashes);
    const started = clock.now();
    void sender.send({ environment, type, body: part.body }).then((answer) => {
      const now = clock.now();
      this.underWay--;
      part.sending = false;
      this.rate.ended(part.hashes, now);
      this.options.events.answered(answer, now - started);
      this.handle(answer, waiting, part, now);
      this.pump();
    });
  }

  private handle(answer: Answer, waiting: WaitingBatch, part: Part, now: number): void {
    if (answer.kind === "accepted") this.heapAccepts(now);
    else if (answer.kind === "unknown environment") this.unknownInARow++;
    if (answer.kind === "unanswered") waiting.settledAt = now + this.options.settleMs;
    if (answer.kind === "failed" || answer.kind === "unanswered") {
      part.failures++;
      part.firstFailure ||= now;
    }
    const verdict = judge(answer, part, {
      lastAccepted: this.lastAccepted,
      unknownInARow: this.unknownInARow,
      underWay: this.underWay,
      alone: this.waiting.length === 1,
      parts: waiting.parts.length,
    });
    this.carryOut(verdict, waiting, part, now);
  }

  private heapAccepts(now: number): void {
    this.lastAccepted = now;
    this.unknownInARow = 0;
    this.pauseBackoff = undefined;
    if (this.parkedStatus === undefined) return;
    this.parkedStatus = undefined;
    this.options.events.resumed();
  }

  private carryOut(verdict: Verdict, waiting: WaitingBatch, part: Part, now: number): void {
    const { events, sender } = this.options;
    switch (verdict.do) {
      case "finish":
        events.sent(waiting.batch, part.hashes.length);
        this.partDone(waiting, part, now);
        return;
      case "reject":
        events.rejected(waiting.batch, rejectOf(part, verdict.reason));
        this.partDone(waiting, part, now);
        return;
      case "split":
        waiting.split(part);
        return;
      case "pause":
        this.pauseBackoff = this.pauseBackoff?.next(undefined) ?? this.options.backoff.next(undefined);
        sender.pause(verdict.milliseconds ?? this.pauseBackoff.duration);
        return;
      case "park":
        this.park(verdict.status, now);
        return;
      case "retry":
        part.notBefore = now + this.nextDelay(part);
    }
  }

  private nextDelay(part: Part): number {
    const backoff = this.backoffs.get(part)?.next(undefined) ?? this.options.backoff.next(undefined);
    this.backoffs.set(part, backoff);
    return part.isSuspect ? Math.min(backoff.duration, MAX_SUSPECT_DELAY_MS) : backoff.duration;
  }

  private park(status: number, now: number): void {
    const already = this.parkedStatus !== undefined;
    this.parkedStatus = status;
    this.nextProbe = now + PROBE_EVERY_MS;
    if (!already) this.options.events.parked(status);
  }

  private partDone(waiting: WaitingBatch, part: Part, now: number): void {
    waiting.remove(part);
    if (waiting.parts.length > 0) return;
    this.waiting = this.waiting.filter((other) => other !== waiting);
    this.options.outbox.done(waiting.batch);
    if (waiting.settledAt > now) this.settling.push(waiting);
    else this.order.leave(waiting);
    this.options.events.finished(waiting.batch);
  }

  private releaseSettled(now: number): void {
    const through = this.settling.filter((waiting) => waiting.settledAt <= now);
    if (through.length === 0) return;
    this.settling = this.settling.filter((waiting) => waiting.settledAt > now);
    for (const waiting of through) this.order.leave(waiting);
  }

  /** Wakes at the next moment at which time alone may let something start. */
  private scheduleWake(now: number): void {
    this.cancelWake();
    const moments = this.settling.map((waiting) => waiting.settledAt);
    if (this.parkedStatus !== undefined) moments.push(this.nextProbe);
    else this.addStartMoments(moments, now);
    const next = Math.min(...moments);
    if (!Number.isFinite(next) || (this.waiting.length === 0 && this.settling.length === 0)) return;
    this.cancelWake = this.options.clock.after(Math.max(next - now, 1), () => this.pump());
  }

  private addStartMoments(moments: number[], now: number): void {
    const { sender } = this.options;
    if (sender.pauseEnds > now) {
      moments.push(sender.pauseEnds);
      return;
    }
    if (!sender.hasRoom()) return;
    for (const { blockers, parts } of this.waiting) {
      if (blockers > 0) continue;
      for (const part of parts) {
        if (part.sending) continue;
        if (part.notBefore > now) moments.push(part.notBefore);
        else moments.push(this.rate.nextChange ?? Number.POSITIVE_INFINITY);
      }
    }
  }
}

function rejectOf(part: Part, reason: string): Reject {
  const identity = identityOf(part);
  return { row: part.rows[0] ?? 0, reason, ...(identity !== undefined && { identity }) };
}
