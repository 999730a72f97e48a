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
import { bodyMemory } from "./body-memory";
import { EnvironmentHealth, type HealthState } from "./environment-health";
import { IdentityOrder } from "./identity-order";
import { IdentityRate } from "./identity-rate";
import type { BatchOutcome, Outbox } from "./outbox";
import type { Reject } from "./update";
import { judge, type Verdict } from "./verdict";
import { noteFailure, type Part, refusalOf, WaitingBatch } from "./waiting-batch";

/** Sends requests for one environment; what `heap` offers. */
interface Sender {
  /** Whether one more request would start at once, with so many under way. */
  hasRoom(underWay: number): boolean;
  /** Never rejects. */
  send(request: HeapRequest): Promise<Answer>;
  pause(milliseconds: number): void;
  readonly pauseEnds: number;
  /** Starts nothing more; what has not started is answered as withheld. */
  stop(): Promise<void>;
}

/** A request that has ended, and what follows from it. */
interface AnsweredRequest {
  users: number;
  answer: Answer;
  milliseconds: number;
  next: Verdict["do"];
}

/** Told what becomes of the batches. */
interface SchedulerEvents {
  sent(batch: LoggedBatch, users: number): void;
  refused(batch: LoggedBatch, reject: Reject): void;
  /** Nothing of the batch is left to do. */
  finished(batch: LoggedBatch, outcome: BatchOutcome): void;
  answered(batch: LoggedBatch, request: AnsweredRequest): void;
  /** Users of a cancelled delivery are not sent any more. */
  dropped(batch: LoggedBatch, users: number): void;
  /** A request could not be made, by an error of ours: it is made later. */
  unsent(batch: LoggedBatch, error: unknown): void;
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
  /** In milliseconds since 1970. */
  hubStartedAt: number;
  backoff: IBackoffFactory<unknown>;
  events: SchedulerEvents;
  log: Logger;
}

/** Batches looked at beyond the first unfinished one. */
const LOOK_AHEAD = 64;

/** Answers that leave open whether Heap takes the records. */
const COUNTED_FAILURES: ReadonlySet<Answer["kind"]> = new Set([
  "failed",
  "unanswered",
  "unknown environment",
]);

/** When the outbox could not be read, it is tried again after so many milliseconds. */
const READ_AGAIN_MS = 1000;

/** Heap itself is well when one part alone fails: that part need not wait long to be narrowed down further. */
const MAX_SUSPECT_DELAY_MS = 2000;

export class Scheduler {
  readonly health: EnvironmentHealth;
  private waiting: WaitingBatch[] = [];
  /** Through, but nothing that shares their identities may go out yet. */
  private settling: WaitingBatch[] = [];
  /** Deliveries that are about to be cancelled: nothing of theirs is started. */
  private readonly held = new Set<string>();
  private readonly order = new IdentityOrder();
  private readonly rate = new IdentityRate();
  private readonly backoffs = new WeakMap<Part, IBackoff<unknown>>();
  private pauseBackoff: IBackoff<unknown> | undefined;
  private position = 0;
  private reading: Promise<void> | undefined;
  /** Whether the log may hold more than has been read of it. */
  private hasMore = true;
  private underWay = 0;
  /** Nothing is sent before: what a hub before this one sent may still arrive. In milliseconds since 1970. */
  private startAt = Number.POSITIVE_INFINITY;
  private idle: () => void = () => undefined;
  private cancelWake: () => void = () => undefined;
  private stopped = false;

  constructor(private readonly options: SchedulerOptions) {
    this.health = new EnvironmentHealth(options.backoff, (state) => {
      if (this.health.isWell) this.forgetDelays();
      options.events.health(state);
    });
  }

  /** Begins, with what the hub before this one sent still counted, and given time to arrive. */
  async start(): Promise<void> {
    const { outbox, name, timeoutMs, settleMs, hubStartedAt, clock, log } = this.options;
    try {
      const sends = await outbox.recordedSends(name, hubStartedAt - RATE_WINDOW_MS - timeoutMs);
      this.rate.restore(sends, hubStartedAt);
      this.startAt = sends.hadHub ? hubStartedAt + settleMs : hubStartedAt;
      this.pump();
    } catch (error) {
      log.error({ code: errorCode(error) }, "the outbox can't be read");
      this.cancelWake = clock.after(READ_AGAIN_MS, () => void this.start());
    }
  }

  /** The log has grown. */
  grown(): void {
    this.hasMore = true;
    this.pump();
  }

  /** Probes an environment that is not well now, instead of when its time has come. */
  tryNow(): void {
    this.health.probeSoon(this.options.clock.now());
    this.pump();
  }

  /**
   * Drops what waits of a delivery. What is under way is waited for, and not sent again.
   * @param takeOut takes what the delivery has in the log behind a position out of it
   */
  async drop(delivery: string, takeOut: (position: number) => Promise<void>): Promise<void> {
    this.held.add(delivery);
    try {
      // Nothing is read on while a delivery is held: what is in memory now is all there is before the position.
      await this.reading;
      await takeOut(this.position);
      for (const waiting of this.waiting.filter(({ batch }) => batch.delivery === delivery)) {
        waiting.isDropped = true;
        this.dropIdleParts(waiting);
      }
    } finally {
      this.held.delete(delivery);
      this.pump();
    }
  }

  /** Starts nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelWake();
    const idle = new Promise<void>((resolve) => {
      this.idle = resolve;
    });
    await this.options.sender.stop();
    if (this.underWay > 0) await idle;
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
    if (now >= this.startAt) this.startSome(now);
    this.scheduleWake(now);
    const mayRead = this.hasMore && !this.reading && this.held.size === 0;
    if (mayRead && this.waiting.length <= LOOK_AHEAD / 2) this.reading = this.readOn();
  }

  private async readOn(): Promise<void> {
    const { outbox, name } = this.options;
    const limit = LOOK_AHEAD - this.waiting.length;
    this.hasMore = false;
    let batches: LoggedBatch[] = [];
    try {
      batches = await outbox.read(name, this.position, limit);
      this.hasMore ||= batches.length === limit;
    } catch (error) {
      this.options.log.error({ code: errorCode(error) }, "the outbox can't be read");
      this.options.clock.after(READ_AGAIN_MS, () => this.grown());
    }
    this.reading = undefined;
    for (const batch of batches) {
      const waiting = new WaitingBatch(batch);
      this.order.enter(waiting);
      this.waiting.push(waiting);
      this.position = batch.position;
    }
    if (batches.length > 0 || this.hasMore) this.pump();
  }

  private startSome(now: number): void {
    if (!this.health.isWell) this.probe(now);
    // While it is not clear whether Heap knows the environment, what is under way is to tell.
    else if (this.health.unknownInARow === 0 || this.underWay === 0) {
      for (const waiting of this.waiting) if (!this.startParts(waiting, now)) break;
    }
  }

  /** @returns false when there is no room for any more requests */
  private startParts(waiting: WaitingBatch, now: number): boolean {
    if (waiting.blockers > 0 || this.held.has(waiting.batch.delivery)) return true;
    for (const part of waiting.parts) {
      if (!this.options.sender.hasRoom(this.underWay)) return false;
      const due = !part.sending && part.notBefore <= now;
      if (due && this.rate.allows(part.hashes)) void this.send(waiting, part);
    }
    return true;
  }

  /** One request now and then, until Heap is well: each time the part that has waited longest for a try. */
  private probe(now: number): void {
    if (now < this.health.nextProbe || this.underWay > 0) return;
    let next: { waiting: WaitingBatch; part: Part } | undefined;
    for (const waiting of this.unblocked()) {
      if (this.held.has(waiting.batch.delivery)) continue;
      for (const part of waiting.parts) {
        if (this.rate.allows(part.hashes) && (!next || part.triedAt < next.part.triedAt))
          next = { waiting, part };
      }
    }
    if (next) void this.send(next.waiting, next.part);
  }

  /** Those that no earlier batch holds back. */
  private unblocked(): WaitingBatch[] {
    return this.waiting.filter(({ blockers }) => blockers === 0);
  }

  private async send(waiting: WaitingBatch, part: Part): Promise<void> {
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
    this.pump();
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
      alone: this.unblocked().length === 1,
      parts: waiting.parts.length,
    });
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

  /** Heap is back: what failed while it was down goes out in its order, as if it had never been tried. */
  private forgetDelays(): void {
    for (const part of this.waiting.flatMap(({ parts }) => parts)) {
      part.notBefore = 0;
      this.backoffs.delete(part);
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
    // A dropped batch that waits for an earlier one stands in for it towards those that wait for the dropped one.
    if (waiting.settledAt > now || waiting.blockers > 0) this.settling.push(waiting);
    else this.order.leave(waiting);
    this.options.events.finished(waiting.batch, waiting.outcome);
  }

  private releaseSettled(now: number): void {
    const isThrough = ({ settledAt, blockers }: WaitingBatch) => settledAt <= now && blockers === 0;
    // One that leaves may have been what another waited for.
    for (let through = this.settling.filter(isThrough); through.length > 0; ) {
      this.settling = this.settling.filter((waiting) => !through.includes(waiting));
      for (const waiting of through) this.order.leave(waiting);
      through = this.settling.filter(isThrough);
    }
  }

  /** Wakes at the next moment at which time alone may let something start. */
  private scheduleWake(now: number): void {
    this.cancelWake();
    if (this.waiting.length === 0) return;
    const moments = now < this.startAt ? [this.startAt] : this.startMoments(now);
    const settled = this.settling.map(({ settledAt }) => settledAt).filter((settledAt) => settledAt > now);
    const next = Math.min(...moments, ...settled);
    if (!Number.isFinite(next)) return;
    this.cancelWake = this.options.clock.after(Math.max(next - now, 1), () => this.pump());
  }

  private startMoments(now: number): number[] {
    const { sender } = this.options;
    if (!this.health.isWell) {
      if (this.underWay > 0) return [];
      const { nextProbe } = this.health;
      return [nextProbe > now ? nextProbe : (this.rate.nextChange ?? Number.POSITIVE_INFINITY)];
    }
    if (sender.pauseEnds > now) return [sender.pauseEnds];
    if (!sender.hasRoom(this.underWay)) return [];
    const idle = this.unblocked().flatMap(({ parts }) => parts);
    return idle
      .filter((part) => !part.sending)
      .map((part) =>
        part.notBefore > now ? part.notBefore : (this.rate.nextChange ?? Number.POSITIVE_INFINITY),
      );
  }
}
