/**
 * Sends the log of one environment to Heap: in order where batches share an identity, side by side where they
 * don't, within Heap's rolling limit, again after a failure, in halves after a refusal.
 */

import type { IBackoff, IBackoffFactory } from "cockatiel";
import type { Logger } from "pino";
import type { Clock } from "../clock";
import { errorCode } from "../error-code";
import { type Answer, type HeapRequest, RATE_WINDOW_MS } from "../heap";
import type { LoggedBatch } from "./batch";
import { EnvironmentHealth, type HealthState } from "./environment-health";
import { IdentityOrder } from "./identity-order";
import { IdentityRate } from "./identity-rate";
import type { Outbox } from "./outbox";
import type { Reject } from "./update";
import { judge, type Verdict } from "./verdict";
import { type Part, refusalOf, WaitingBatch } from "./waiting-batch";

/** Sends requests for one environment; what `heap` offers. */
export interface Sender {
  /** Whether one more request would start at once, with so many under way. */
  hasRoom(underWay: number): boolean;
  /** Never rejects. */
  send(request: HeapRequest): Promise<Answer>;
  pause(milliseconds: number): void;
  readonly pauseEnds: number;
  stop(): void;
}

/** Told what becomes of the batches. */
export interface SchedulerEvents {
  sent(batch: LoggedBatch, users: number): void;
  refused(batch: LoggedBatch, reject: Reject): void;
  /** Nothing of the batch is left to do. */
  finished(batch: LoggedBatch): void;
  health(state: HealthState): void;
}

export interface SchedulerOptions {
  name: string;
  outbox: Outbox;
  sender: Sender;
  clock: Clock;
  /** How long nothing may follow a request that ended without an answer, in milliseconds. */
  settleMs: number;
  /** How long a request may take, in milliseconds. */
  timeoutMs: number;
  /** The last position that the hub before this one may have had under way. */
  recoveredTo: number;
  /** In milliseconds since 1970. */
  hubStartedAt: number;
  backoff: IBackoffFactory<unknown>;
  events: SchedulerEvents;
  log: Logger;
}

/** Batches looked at beyond the first unfinished one. */
const LOOK_AHEAD = 64;

/** When the outbox could not be read, it is tried again after so many milliseconds. */
const READ_AGAIN_MS = 1000;

/** Heap itself is well when one part alone fails: that part need not wait long to be narrowed down further. */
const MAX_SUSPECT_DELAY_MS = 2000;

export class Scheduler {
  readonly health: EnvironmentHealth;
  private waiting: WaitingBatch[] = [];
  /** Through, but nothing that shares their identities may go out yet. */
  private settling: WaitingBatch[] = [];
  private readonly order = new IdentityOrder();
  private readonly rate = new IdentityRate();
  private readonly backoffs = new WeakMap<Part, IBackoff<unknown>>();
  private pauseBackoff: IBackoff<unknown> | undefined;
  private position = 0;
  private reading = false;
  /** Whether the log may hold more than has been read of it. */
  private hasMore = true;
  private underWay = 0;
  private idle: () => void = () => undefined;
  private cancelWake: () => void = () => undefined;
  private stopped = false;

  constructor(private readonly options: SchedulerOptions) {
    this.health = new EnvironmentHealth(options.backoff, (state) => options.events.health(state));
  }

  /** Begins, with what the hub before this one sent still counted. */
  async start(): Promise<void> {
    const { outbox, name, timeoutMs, hubStartedAt } = this.options;
    const sends = await outbox.recordedSends(name, hubStartedAt - RATE_WINDOW_MS - timeoutMs);
    this.rate.restore(sends, hubStartedAt);
    this.pump();
  }

  /** The log has grown. */
  grown(): void {
    this.hasMore = true;
    this.pump();
  }

  /** Starts nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelWake();
    if (this.underWay > 0) {
      await new Promise<void>((resolve) => {
        this.idle = resolve;
      });
    }
    this.options.sender.stop();
  }

  /** Starts whatever may start now. Called whenever something has changed. */
  private pump(): void {
    if (this.stopped) {
      if (this.underWay === 0) this.idle();
      return;
    }
    const now = this.options.clock.now();
    this.rate.forget(now);
    this.releaseSettled(now);
    if (!this.health.isWell) this.probe(now);
    else for (const waiting of this.waiting) if (!this.startParts(waiting, now)) break;
    this.scheduleWake(now);
    if (this.hasMore && !this.reading && this.waiting.length < LOOK_AHEAD) void this.readOn();
  }

  private async readOn(): Promise<void> {
    const { outbox, name, recoveredTo, settleMs, hubStartedAt } = this.options;
    const limit = LOOK_AHEAD - this.waiting.length;
    this.reading = true;
    this.hasMore = false;
    let batches: LoggedBatch[] = [];
    try {
      batches = await outbox.read(name, this.position, limit);
      this.hasMore ||= batches.length === limit;
    } catch (error) {
      this.options.log.error({ code: errorCode(error) }, "the outbox can't be read");
      this.options.clock.after(READ_AGAIN_MS, () => this.grown());
    }
    this.reading = false;
    for (const batch of batches) {
      // What may have been under way when the hub before this one died may still reach Heap.
      const settledAt = batch.position <= recoveredTo ? hubStartedAt + settleMs : 0;
      const waiting = new WaitingBatch(batch, settledAt);
      this.order.enter(waiting);
      this.waiting.push(waiting);
      this.position = batch.position;
    }
    if (batches.length > 0) this.pump();
  }

  /** @returns false when there is no room for any more requests */
  private startParts(waiting: WaitingBatch, now: number): boolean {
    if (waiting.blockers > 0) return true;
    for (const part of waiting.parts) {
      if (!this.options.sender.hasRoom(this.underWay)) return false;
      const due = !part.sending && part.notBefore <= now;
      if (due && this.rate.allows(part.hashes)) void this.send(waiting, part);
    }
    return true;
  }

  /** One request now and then, until Heap takes it. */
  private probe(now: number): void {
    if (now < this.health.nextProbe || this.underWay > 0) return;
    for (const waiting of this.waiting) {
      const part = waiting.blockers === 0 && waiting.parts.find((each) => this.rate.allows(each.hashes));
      if (part) {
        void this.send(waiting, part);
        return;
      }
    }
  }

  private async send(waiting: WaitingBatch, part: Part): Promise<void> {
    const { sender, clock, outbox, log, name } = this.options;
    const { environment, type, position } = waiting.batch;
    part.sending = true;
    this.underWay++;
    const toRecord = this.rate.occupy(part.hashes);
    try {
      if (toRecord.length > 0) await outbox.recordSend(name, clock.now(), toRecord);
      const body = part.body ?? (await outbox.body(position));
      const started = clock.now();
      const answer = await sender.send({ environment, type, body });
      log.debug({ answer: answer.kind, milliseconds: clock.now() - started }, "Heap answered");
      this.handle(answer, waiting, part, body);
    } catch (error) {
      log.error({ error, code: errorCode(error) }, "a batch could not be sent");
      part.notBefore = clock.now() + this.nextDelay(part);
    } finally {
      this.underWay--;
      part.sending = false;
      this.rate.ended(part.hashes, clock.now());
    }
    this.pump();
  }

  private handle(answer: Answer, waiting: WaitingBatch, part: Part, body: Buffer): void {
    const now = this.options.clock.now();
    const { health } = this;
    if (answer.kind === "accepted") {
      health.accepted(now);
      this.pauseBackoff = undefined;
    }
    if (answer.kind === "unknown environment") health.unknownInARow++;
    if (answer.kind === "unanswered") waiting.settledAt = now + this.options.settleMs;
    if (answer.kind === "failed" || answer.kind === "unanswered") {
      health.failed(now);
      part.failures++;
      part.firstFailure ||= now;
    }
    const verdict = judge(answer, part, {
      lastAccepted: health.lastAccepted,
      unknownInARow: health.unknownInARow,
      underWay: this.underWay - 1,
      alone: this.waiting.length === 1,
      parts: waiting.parts.length,
    });
    this.carryOut(verdict, waiting, part, body, now);
  }

  private carryOut(verdict: Verdict, waiting: WaitingBatch, part: Part, body: Buffer, now: number): void {
    const { events, sender } = this.options;
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
        this.pauseBackoff = this.pauseBackoff?.next(undefined) ?? this.options.backoff.next(undefined);
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
    const backoff = this.backoffs.get(part)?.next(undefined) ?? this.options.backoff.next(undefined);
    this.backoffs.set(part, backoff);
    return part.isSuspect ? Math.min(backoff.duration, MAX_SUSPECT_DELAY_MS) : backoff.duration;
  }

  private finishIfThrough(waiting: WaitingBatch, now: number): void {
    if (waiting.parts.length > 0) return;
    this.waiting = this.waiting.filter((other) => other !== waiting);
    this.options.outbox.done(waiting.batch, waiting.outcome);
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
    if (this.waiting.length === 0) return;
    const next = Math.min(...this.startMoments(now), ...this.settling.map((waiting) => waiting.settledAt));
    if (!Number.isFinite(next)) return;
    this.cancelWake = this.options.clock.after(Math.max(next - now, 1), () => this.pump());
  }

  private startMoments(now: number): number[] {
    const { sender } = this.options;
    if (!this.health.isWell) return this.underWay > 0 ? [] : [this.health.nextProbe];
    if (sender.pauseEnds > now) return [sender.pauseEnds];
    if (!sender.hasRoom(this.underWay)) return [];
    const idle = this.waiting.filter(({ blockers }) => blockers === 0).flatMap(({ parts }) => parts);
    return idle
      .filter((part) => !part.sending)
      .map((part) =>
        part.notBefore > now ? part.notBefore : (this.rate.nextChange ?? Number.POSITIVE_INFINITY),
      );
  }
}
