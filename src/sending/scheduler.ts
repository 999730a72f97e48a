/**
 * Sends the log of one environment to Heap: its deliveries in turn, in order where batches share an identity, side by side
 * where they don't, within Heap's rolling limit, again after a failure, in halves after a refusal.
 */

import type { Logger } from "pino";
import { Alarm } from "../clock";
import { errorCode } from "../error-code";
import type { Environment, EnvironmentSender } from "../heap";
import { newLifetime } from "../lifetime";
import { ignoreLeaseLost, type Lease, type Logs } from "../outbox";
import type { HealthState } from "../report";
import type { DeliveryQueue } from "./delivery-queue";
import { EnvironmentHealth } from "./environment-health";
import { LOOK_AHEAD, LookAhead, type LookAheadLimits, READ_AGAIN_MS } from "./look-ahead";
import { LONGEST_WINDOW_MS, Rates } from "./rates";
import { Requests, type RequestsOptions } from "./requests";
import type { Part, WaitingBatch } from "./waiting-batch";

export interface SchedulerOptions extends RequestsOptions {
  lease: Lease;
  logs: Logs;
  sender: Pick<EnvironmentSender, "hasRoom" | "underWay" | "send" | "pause" | "pauseEnds" | "stop">;
  /** How long a request may take, in milliseconds. */
  timeoutMs: number;
  /** Requests at once for one delivery: the others begin at once too. */
  maxOfDelivery: number;
  limits?: LookAheadLimits;
  onHealth(state: HealthState): void;
  /** All that is left of a delivery waits for users that others are still sending, or does so no longer. */
  onHeldUp(delivery: string, isHeldUp: boolean): void;
  /** Nothing is left to do, and nothing that was sent counts any more: the scheduler need not be kept. */
  onIdle(): void;
  log: Logger;
}

export class Scheduler {
  readonly health: EnvironmentHealth;
  private readonly batches: LookAhead;
  private readonly requests: Requests;
  /** Cancelled deliveries that are being dropped. */
  private readonly dropping = new Set<string>();
  private readonly rates = new Rates();
  private readonly lifetime = newLifetime();
  /** Rings when time alone may let something start, or lets the scheduler go. */
  private readonly wake: Alarm;
  /** Requests that are being made, or whose answer is being seen to. */
  private readonly sends = new Set<Promise<void>>();
  /** Nothing is sent before: what a former owner of the log sent may still arrive. By the monotonic clock. */
  private startAt = Number.POSITIVE_INFINITY;

  constructor(private readonly options: SchedulerOptions) {
    const { clock, backoff } = options;
    const lifetime = this.lifetime.signal;
    this.wake = new Alarm(clock, () => this.pump(), lifetime);
    this.health = new EnvironmentHealth(clock, backoff, (state) => {
      if (this.health.isWell) this.forgetDelays();
      options.onHealth(state);
    });
    this.batches = new LookAhead(
      { limits: LOOK_AHEAD, ...options, lifetime },
      { changed: () => this.pump(), cancelled: (delivery) => void this.drop(delivery) },
    );
    this.requests = new Requests(options, this.batches, this.rates, this.health);
  }

  /** Begins, with what a former owner of the log sent still counted, and given time to arrive. */
  async start(): Promise<void> {
    const { clock, log } = this.options;
    try {
      await this.restore();
      this.pump();
    } catch (error) {
      log.error({ code: errorCode(error) }, "the outbox can't be read");
      clock.after(READ_AGAIN_MS, () => void this.start(), this.lifetime.signal);
    }
  }

  /** The log has grown. */
  grown(): void {
    this.batches.grown();
  }

  /** Probes an environment that is not well now, instead of when its time has come. */
  tryNow(): void {
    this.health.probeSoon();
    this.pump();
  }

  /** Drops what waits of a cancelled delivery. What is under way is waited for, and not sent again. */
  async drop(delivery: string): Promise<void> {
    if (this.dropping.has(delivery)) return;
    this.dropping.add(delivery);
    for (const waiting of this.batches.queues.get(delivery)?.waiting ?? []) this.requests.drop(waiting);
    const { unplaced, behind } = await this.batches.drop(delivery);
    for (const batch of unplaced) this.requests.dropUnsent(batch);
    await this.options.logs.drop(this.options.lease, delivery, behind).catch(ignoreLeaseLost);
    this.dropping.delete(delivery);
    this.pump();
  }

  get environment(): Environment {
    return this.options.lease.environment;
  }

  /** Stops, and gives the log back. */
  async leave(): Promise<void> {
    await this.stop();
    await this.options.logs.giveBack(this.options.lease, false);
  }

  /** Starts nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    this.lifetime.abort();
    await this.options.sender.stop();
    await Promise.all(this.sends);
  }

  /** Requests count for a window after their end: what was sent long ago is nothing any more. */
  private async restore(): Promise<void> {
    const { logs, lease, timeoutMs, settleMs, clock } = this.options;
    const { formerUntil = Number.NEGATIVE_INFINITY } = lease;
    const ago = clock.monotonic() - formerUntil;
    const recorded = (withinMs: number) => logs.recordedSends(lease, ago + withinMs + timeoutMs);
    if (ago < LONGEST_WINDOW_MS + timeoutMs + settleMs) await this.rates.restore(recorded, formerUntil);
    this.startAt = formerUntil + settleMs;
  }

  /** Starts whatever may start now. Called whenever something has changed. */
  private pump(): void {
    if (this.lifetime.signal.aborted || !this.options.lease.isHeld) return;
    const now = this.options.clock.monotonic();
    this.rates.forget(now);
    this.batches.releaseSettled(now);
    if (now >= this.startAt) this.startSome(now);
    this.tellHeldUp();
    this.batches.readOn();
    this.scheduleWake(now);
  }

  private startSome(now: number): void {
    if (!this.health.isWell) this.probe(now);
    // While it is not clear whether Heap knows the environment, what is under way is to tell.
    else if (this.health.unknownInARow === 0 || this.options.sender.underWay === 0) this.startInTurn(now);
  }

  private startInTurn(now: number): void {
    // A delivery that has had its turn comes again behind all others: so this ends when none of them can start anything.
    for (const queue of this.batches.queues.values()) {
      if (!this.options.sender.hasRoom) return;
      if (this.startOne(queue, now)) this.batches.hadTurn(queue);
    }
  }

  /** @returns whether there was something that may start */
  private startOne(queue: DeliveryQueue, now: number): boolean {
    if (queue.underWay >= this.options.maxOfDelivery) return false;
    for (const waiting of queue.waiting) {
      if (waiting.blockers > 0) continue;
      for (const part of waiting.parts) {
        if (part.sending || part.notBefore > now || !this.rates.allows(waiting.batch.kind, part)) continue;
        this.send(queue, waiting, part);
        return true;
      }
    }
    return false;
  }

  private tellHeldUp(): void {
    for (const queue of this.batches.queues.values()) {
      const isHeldUp = this.batches.isHeldUp(queue);
      if (isHeldUp === queue.isHeldUp) continue;
      queue.isHeldUp = isHeldUp;
      this.options.onHeldUp(queue.delivery, isHeldUp);
    }
  }

  /** One request now and then, until Heap is well: each time the part that has waited longest for a try. */
  private probe(now: number): void {
    if (now < this.health.nextProbe || this.options.sender.underWay > 0) return;
    let next: { queue: DeliveryQueue; waiting: WaitingBatch; part: Part } | undefined;
    for (const queue of this.batches.queues.values()) {
      for (const waiting of queue.waiting.filter(({ blockers }) => blockers === 0)) {
        for (const part of waiting.parts) {
          if (this.rates.allows(waiting.batch.kind, part) && (!next || part.triedAt < next.part.triedAt))
            next = { queue, waiting, part };
        }
      }
    }
    if (next) this.send(next.queue, next.waiting, next.part);
  }

  private send(queue: DeliveryQueue, waiting: WaitingBatch, part: Part): void {
    queue.underWay++;
    const sent = this.requests.send(waiting, part).then(() => {
      queue.underWay--;
      this.sends.delete(sent);
      this.pump();
    });
    this.sends.add(sent);
  }

  /** Heap is back: what failed while it was down goes out in its order, as if it had never been tried. */
  private forgetDelays(): void {
    this.batches.oldestFirst();
    for (const part of this.batches.waiting.flatMap(({ parts }) => parts)) {
      part.notBefore = 0;
      part.backoff = undefined;
    }
  }

  /** Wakes at the next moment at which time alone may let something start; with nothing left, to be let go. */
  private scheduleWake(now: number): void {
    this.wake.off();
    const isIdle = this.batches.isIdle && this.sends.size === 0 && this.dropping.size === 0;
    const next = isIdle ? this.quietAt(now) : this.nextMoment(now);
    if (isIdle && next <= now) this.options.onIdle();
    else if (Number.isFinite(next)) this.wake.set(Math.max(next - now, 1));
  }

  /** From when on nothing that was sent counts any more, nor what Heap asked for. */
  private quietAt(now: number): number {
    return now < this.startAt ? this.startAt : Math.max(this.rates.quietAt, this.options.sender.pauseEnds);
  }

  private nextMoment(now: number): number {
    const settled = this.batches.nextSettled(now);
    if (this.batches.queues.size === 0) return settled;
    return Math.min(settled, ...(now < this.startAt ? [this.startAt] : this.startMoments(now)));
  }

  private startMoments(now: number): number[] {
    const { sender } = this.options;
    if (!this.health.isWell) {
      if (sender.underWay > 0) return [];
      const { nextProbe } = this.health;
      return [nextProbe > now ? nextProbe : this.rates.nextChange];
    }
    if (sender.pauseEnds > now) return [sender.pauseEnds];
    if (!sender.hasRoom) return [];
    const idle = this.batches.unblocked().flatMap(({ parts }) => parts);
    return idle
      .filter((part) => !part.sending)
      .map((part) => (part.notBefore > now ? part.notBefore : this.rates.nextChange));
  }
}
