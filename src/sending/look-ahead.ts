/**
 * The batches of a log that are looked at: of each delivery a bounded number from its first unfinished one on, so that none
 * stands behind the many of another. Each is held back until every earlier one that shares an identity with it is done, and
 * has settled.
 *
 * The log is looked through in its order, once. What is not read then leaves its identities in the backlog. A batch gets its
 * place in the order of identities once everything before it in the log that shares one with it has got its own: the
 * order keeps the log's by itself then, whichever delivery is read first.
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import type { Logger } from "pino";
import type { LoggedBatch } from "../batches";
import type { Clock } from "../clock";
import { errorCode } from "../error-code";
import type { Lease, Logs } from "../outbox";
import { Backlog } from "./backlog";
import { type AheadBatch, DeliveryQueue, type Place } from "./delivery-queue";
import { inOrder } from "./identities";
import { IdentityOrder } from "./identity-order";
import { WaitingBatch } from "./waiting-batch";

/** How much of a log is in memory. */
export interface LookAheadLimits {
  /** Batches of a delivery that are looked at from its first unfinished one on. */
  batches: number;
  /** Users of the batches that are looked at, all deliveries together. Beyond it each delivery has its first batch. */
  users: number;
  /** Users whose identities are in memory, of batches that are not looked at. More of them become sets. */
  setUsers: number;
}

/** Together 3 MB. A set of so many users keeps all bits of their identities. */
export const LOOK_AHEAD: LookAheadLimits = { batches: 64, users: 1 << 18, setUsers: 270_000 };

export interface LookAheadOptions {
  limits: LookAheadLimits;
  lease: Lease;
  logs: Pick<Logs, "read" | "keepIdentities" | "identities" | "dropIdentities">;
  clock: Clock;
  log: Logger;
  /** Nothing is read after it. */
  lifetime: AbortSignal;
}

/** What has changed. */
export interface LookAheadEvents {
  /** There is more to be looked at, or to be read. */
  changed(): void;
  /** A batch that is read belongs to a cancelled delivery. */
  cancelled(delivery: string): void;
}

/** No more deliveries than so many have their first batch beyond the limit of users. */
const MAX_BATCHES = 4096;

/** Batches that are read at a time. */
const PIECE = 64;

/** When the outbox could not be read, it is tried again after so many milliseconds. */
export const READ_AGAIN_MS = 1000;

export class LookAhead {
  /** By delivery, in the order in which it is their turn. */
  readonly queues = new Map<string, DeliveryQueue>();
  /** Resolves when what can be read now has been; undefined while nothing is being read. */
  reading: Promise<void> | undefined;
  /** The position up to which the log has been looked through. */
  private seenTo = 0;
  /** Whether the log may hold more than has been looked through of it. */
  private hasMore = true;
  /** The outbox can't be read just now. */
  private isBroken = false;
  private users = 0;
  private batches = 0;
  /** Done, but nothing that shares their identities may go out yet. */
  private settling: WaitingBatch[] = [];
  private readonly order = new IdentityOrder();
  private readonly backlog: Backlog;

  constructor(
    private readonly options: LookAheadOptions,
    private readonly events: LookAheadEvents,
  ) {
    this.backlog = new Backlog({ ...options, ...options.limits }, (place) => this.isUnread(place));
  }

  /** The log has grown. */
  grown(): void {
    this.hasMore = true;
    this.events.changed();
  }

  /** Reads on, when there is something to be read, and room for it, or something may get its place. */
  readOn(): void {
    if (this.reading || this.isBroken || !this.hasWork) return;
    this.reading = this.read();
  }

  /** Whether nothing is left of the log, as far as is known, and nothing may arrive yet of what was. */
  get isIdle(): boolean {
    return this.queues.size + this.settling.length === 0 && !this.hasMore && !this.reading;
  }

  /** Those that have their place in the order. */
  get waiting(): WaitingBatch[] {
    return [...this.queues.values()].flatMap(({ waiting }) => waiting);
  }

  /** Those that no earlier batch holds back. */
  unblocked(): WaitingBatch[] {
    return this.waiting.filter(({ blockers }) => blockers === 0);
  }

  /** The delivery has had its turn: all others come first. */
  hadTurn(queue: DeliveryQueue): void {
    this.queues.delete(queue.delivery);
    this.queues.set(queue.delivery, queue);
  }

  /** Whichever has waited longest has its turn first. */
  oldestFirst(): void {
    const queues = [...this.queues].sort(([, one], [, other]) => one.front - other.front);
    this.queues.clear();
    for (const [delivery, queue] of queues) this.queues.set(delivery, queue);
  }

  /** Whether everything of a delivery waits for users that others are still sending. */
  isHeldUp({ delivery, isDropped, waiting, ahead, held }: DeliveryQueue): boolean {
    if (isDropped || held === 0 || waiting.some(({ blockers }) => blockers === 0)) return false;
    return (
      ahead.every(({ waitsFor }) => waitsFor !== undefined) &&
      !this.settling.some(({ batch }) => batch.delivery === delivery)
    );
  }

  /** The batch is done: nothing is left to send of it. */
  leave(waiting: WaitingBatch, now: number): void {
    const { batch } = waiting;
    const queue = this.queues.get(batch.delivery);
    if (queue) queue.waiting = queue.waiting.filter((other) => other !== waiting);
    this.letGo(batch);
    // A dropped batch that waits for an earlier one stands in for it towards those that wait for the dropped one.
    if (isSettled(waiting, now)) this.order.leave(waiting);
    else this.settling.push(waiting);
  }

  /** Lets go those that waited for batches that have settled since. */
  releaseSettled(now: number): void {
    const settled = this.settling.filter((waiting) => isSettled(waiting, now));
    if (settled.length === 0) return;
    this.settling = this.settling.filter((waiting) => !settled.includes(waiting));
    for (const waiting of settled) this.order.leave(waiting);
    // One that leaves may have been what another waited for.
    this.releaseSettled(now);
  }

  /** When a batch settles next, by the monotonic clock; infinite when none does by time alone. */
  nextSettled(now: number): number {
    const later = this.settling.map(({ settledAt }) => settledAt).filter((settledAt) => settledAt > now);
    return Math.min(...later);
  }

  /**
   * Nothing more of a delivery is read, nor gets its place.
   * @returns what had been read of it and had none, and the position behind which nothing has been read of it
   */
  async drop(delivery: string): Promise<{ unplaced: LoggedBatch[]; behind: number }> {
    const queue = this.queues.get(delivery);
    if (queue) queue.isDropped = true;
    // What is being read may still be of it.
    await this.reading;
    this.backlog.forget(delivery);
    const dropped = this.queues.get(delivery);
    if (!dropped) return { unplaced: [], behind: 0 };
    dropped.isDropped = true;
    const unplaced = dropped.ahead.map(({ batch }) => batch);
    dropped.ahead = [];
    dropped.unread = 0;
    for (const batch of unplaced) this.letGo(batch);
    this.removeIfEmpty(dropped);
    return { unplaced, behind: dropped.readTo };
  }

  private get hasWork(): boolean {
    if (this.hasMore) return true;
    for (const queue of this.queues.values()) {
      if (this.wantsMore(queue) || queue.ahead.some((ahead) => this.isFree(ahead))) return true;
    }
    return false;
  }

  private async read(): Promise<void> {
    try {
      do {
        await this.lookThrough();
        for (const queue of [...this.queues.values()]) if (this.wantsMore(queue)) await this.readMore(queue);
        await this.findPlaces();
        if (this.hasMore) {
          // A long log is looked through a piece at a time; others have their turn in between.
          this.events.changed();
          await nextTurn();
        }
      } while (this.hasWork && !this.options.lifetime.aborted);
    } catch (error) {
      this.isBroken = true;
      const { log, clock, lifetime } = this.options;
      log.error({ code: errorCode(error) }, "the outbox can't be read");
      const again = () => {
        this.isBroken = false;
        this.grown();
      };
      clock.after(READ_AGAIN_MS, again, lifetime);
    }
    this.reading = undefined;
    this.events.changed();
  }

  /** The next piece of the log: what is not read now leaves its identities. */
  private async lookThrough(): Promise<void> {
    if (!this.hasMore) return;
    const { logs, lease } = this.options;
    this.hasMore = false;
    let batches: LoggedBatch[];
    try {
      batches = await logs.read(lease, this.seenTo, PIECE);
    } catch (error) {
      this.hasMore = true;
      throw error;
    }
    this.hasMore ||= batches.length === PIECE;
    for (const batch of batches) {
      this.seenTo = batch.position;
      const queue = this.queueOf(batch);
      if (batch.isCancelled && !queue.isDropped) this.events.cancelled(batch.delivery);
      if (batch.isCancelled || queue.isDropped) this.removeIfEmpty(queue);
      else if (queue.unread === 0 && this.hasRoom(queue)) this.take(queue, batch);
      else {
        queue.unread++;
        await this.backlog.add(batch);
      }
    }
  }

  private queueOf({ delivery, position }: LoggedBatch): DeliveryQueue {
    const known = this.queues.get(delivery);
    if (known) return known;
    const queue = new DeliveryQueue(delivery, position - 1);
    this.queues.set(delivery, queue);
    return queue;
  }

  private hasRoom({ held }: DeliveryQueue): boolean {
    const { batches, users } = this.options.limits;
    if (held >= batches) return false;
    return this.users < users || (held === 0 && this.batches < MAX_BATCHES);
  }

  private wantsMore(queue: DeliveryQueue): boolean {
    return (
      queue.unread > 0 &&
      !queue.isDropped &&
      queue.held <= this.options.limits.batches / 2 &&
      this.hasRoom(queue)
    );
  }

  private async readMore(queue: DeliveryQueue): Promise<void> {
    const { logs, lease, limits } = this.options;
    const limit = Math.min(queue.unread, this.users < limits.users / 2 ? limits.batches - queue.held : 1);
    const batches = await logs.read(lease, queue.readTo, limit, queue.delivery);
    for (const batch of batches.filter(({ position }) => position <= this.seenTo)) {
      if (queue.isDropped) return;
      queue.unread--;
      this.backlog.remove(batch);
      this.take(queue, batch);
    }
    // What is not there any more has been dropped.
    if (batches.length === 0) queue.unread = 0;
  }

  private take(queue: DeliveryQueue, batch: LoggedBatch): void {
    queue.take(batch);
    this.users += batch.hashes.length;
    this.batches++;
  }

  /** Gives what has been read its place in the order, where all has its own that is to go before it. */
  private async findPlaces(): Promise<void> {
    const unknown = this.ahead.filter(({ waitsFor }) => waitsFor === undefined);
    const sharing = await this.backlog.sharing(unknown.map(({ batch }) => batch));
    for (const ahead of unknown) ahead.waitsFor = sharing.get(ahead.batch) ?? [];
    const before: AheadBatch[] = [];
    const known = new Set(unknown);
    for (const ahead of this.ahead) {
      if (known.has(ahead)) ahead.waitsFor?.push(...placesSharing(ahead, before));
      if (this.isFree(ahead)) this.place(ahead);
      else before.push(ahead);
    }
  }

  /** What has been read and has no place, in the order of the log. */
  private get ahead(): AheadBatch[] {
    const ahead = [...this.queues.values()].flatMap((queue) => (queue.isDropped ? [] : queue.ahead));
    return ahead.sort((one, other) => one.batch.position - other.batch.position);
  }

  private isFree({ waitsFor }: AheadBatch): boolean {
    if (!waitsFor) return true;
    for (let last = waitsFor.at(-1); last && !this.isWithoutPlace(last); last = waitsFor.at(-1))
      waitsFor.pop();
    return waitsFor.length === 0;
  }

  private isWithoutPlace({ delivery, position }: Place): boolean {
    return this.queues.get(delivery)?.isWithoutPlace(position) ?? false;
  }

  private isUnread({ delivery, position }: Place): boolean {
    const queue = this.queues.get(delivery);
    return queue !== undefined && !queue.isDropped && position > queue.readTo;
  }

  private place({ batch }: AheadBatch): void {
    const queue = this.queues.get(batch.delivery);
    if (!queue) return;
    queue.ahead = queue.ahead.filter((other) => other.batch !== batch);
    const waiting = new WaitingBatch(batch);
    this.order.enter(waiting);
    queue.waiting.push(waiting);
  }

  private letGo({ delivery, hashes }: LoggedBatch): void {
    this.users -= hashes.length;
    this.batches--;
    const queue = this.queues.get(delivery);
    if (queue) this.removeIfEmpty(queue);
  }

  private removeIfEmpty(queue: DeliveryQueue): void {
    if (queue.isEmpty) this.queues.delete(queue.delivery);
  }
}

/** Those of some that share an identity with a batch behind them. */
function placesSharing({ batch }: AheadBatch, before: readonly AheadBatch[]): Place[] {
  return before
    .filter((other) => {
      other.identities ??= new Set(inOrder(other.batch));
      return inOrder(batch).some((hash) => other.identities?.has(hash));
    })
    .map(({ batch: { delivery, position } }) => ({ delivery, position }));
}

function isSettled({ settledAt, blockers }: WaitingBatch, now: number): boolean {
  return settledAt <= now && blockers === 0;
}
