/** All deliveries under way: each is started, cancelled, ended, and taken up again after a restart. */

import { randomBytes, randomUUID } from "node:crypto";
import { number } from "../amounts";
import { errorCode } from "../error-code";
import { SetupError } from "../errors";
import type { Environment, KindName } from "../heap";
import { newLifetime } from "../lifetime";
import { OutboxError, type StoredDelivery } from "../outbox";
import { endedBy, type NewReading, newReading, type Origin } from "../report";
import { Sending, type SendingOptions } from "../sending";
import { Delivery } from "./delivery";
import { DeliveryRecords } from "./delivery-records";
import { changeHealth, follow } from "./following";
import type { Observer } from "./observer";

export interface DeliveriesOptions extends Omit<SendingOptions, "events"> {
  observe: Observer;
  /** Percent of a result's rows that may be rejects without the delivery counting as failed. */
  rejectsTolerated: number;
  /** How long finished deliveries and rejects are kept, in milliseconds. */
  retentionMs: number;
}

export interface NewDelivery extends NewReading {
  origin: Origin;
  environment: Environment;
  kind: KindName;
}

const FORGET_EVERY_MS = 3_600_000;

/** As many as a UUID has: nobody guesses them. */
const LINK_KEY_BYTES = 16;

/** Why a document that the hub before this one was reading is not whole. */
export const STOPPED = "the action hub stopped while it was reading";

export class Deliveries {
  readonly records: DeliveryRecords;
  private readonly deliveries = new Map<string, Delivery>();
  private readonly sending: Sending;
  /** Counts up with each that is taken up. */
  private taken = 0;
  private readonly lifetime = newLifetime();

  constructor(private readonly options: DeliveriesOptions) {
    this.records = new DeliveryRecords(options.outbox.archive, (id) => this.deliveries.get(id));
    this.sending = new Sending({ ...options, events: follow(this.deliveries, options.observe) });
  }

  /**
   * Takes up what a hub before this one left. What it had not read to the end is closed as interrupted, unless the
   * result can be had once more.
   * @returns deliveries of which it may: the reading of each is to be ended
   * @throws SetupError when what was cancelled can't be dropped: it would be sent
   */
  async resume(): Promise<Delivery[]> {
    const { outbox, observe } = this.options;
    const stored = await Promise.all((await outbox.unfinished()).map((each) => this.withoutCancelled(each)));
    const now = this.options.clock.now();
    const deliveries = stored.map((each) => this.add(each, Math.max(now - each.startedAt, 0)));
    for (const { environment, batchesLeft } of stored) if (batchesLeft > 0) this.sending.to(environment);
    const interrupted: Delivery[] = [];
    for (const delivery of deliveries) {
      observe({ is: "resumed", delivery });
      delivery.note("The action hub was started again.");
      const { cancelledAt, reading } = delivery.report;
      const { end, source } = reading;
      if (end === undefined && source !== undefined && cancelledAt === undefined) interrupted.push(delivery);
      else await delivery.readingEnded(endedBy(STOPPED));
    }
    return interrupted;
  }

  /** What a cancelled delivery had under way when the hub stopped is not sent again. */
  private async withoutCancelled(stored: StoredDelivery): Promise<StoredDelivery> {
    const { id, environment, cancelledAt, dropped, batchesLeft } = stored;
    if (cancelledAt === undefined) return stored;
    const { batches, users } = await this.options.outbox
      .cancel(id, environment, cancelledAt, 0)
      .catch((error: unknown) => {
        if (!(error instanceof OutboxError)) throw error;
        throw new SetupError(`What waits of a cancelled delivery can't be dropped: ${error.message}.`);
      });
    return { ...stored, dropped: dropped + users, batchesLeft: batchesLeft - batches };
  }

  /** @throws OutboxError when nothing can be stored now: nothing has been read then */
  async start({ origin, environment, kind, ...reading }: NewDelivery): Promise<Delivery> {
    const problem = this.options.outbox.problem();
    if (problem !== undefined) throw new OutboxError(problem);
    const stored: StoredDelivery = {
      id: randomUUID(),
      startedAt: this.options.clock.now(),
      environment,
      kind,
      origin,
      linkKey: randomBytes(LINK_KEY_BYTES).toString("base64url"),
      reading: newReading(reading),
      sent: 0,
      refused: 0,
      dropped: 0,
      batchesLeft: 0,
    };
    await this.options.outbox.begin(stored);
    const delivery = this.add(stored);
    this.options.observe({ is: "started", delivery });
    this.noteHealth(delivery);
    return delivery;
  }

  /** What Looker is about to be told. */
  async answered(delivery: Delivery, success: boolean): Promise<void> {
    await delivery.told(success);
    const isEarly = this.deliveries.has(delivery.id);
    this.options.observe({ is: "answered", delivery, success, isEarly });
  }

  /**
   * Sends the records of a finished delivery that Heap refused again, after whatever else waits.
   * @returns how many there are
   */
  async sendAgain(id: string): Promise<number> {
    const stored = await this.options.outbox.sendAgain(id);
    if (!stored) return 0;
    const { sent, refused, dropped, reading } = stored;
    const sending = reading.users - sent - refused - dropped;
    const delivery = this.add(stored);
    delivery.note(`${number(sending)} rejected are sent again.`);
    this.options.observe({ is: "resumed", delivery });
    this.noteHealth(delivery);
    this.sending.to(stored.environment).grown();
    return sending;
  }

  /**
   * Reads nothing more of a delivery, and drops what waits of it. What is under way may still reach Heap.
   * @returns whether there was something to cancel
   * @throws OutboxError when that can't be stored: then the delivery goes on
   */
  async cancel(id: string): Promise<boolean> {
    const delivery = this.deliveries.get(id);
    if (!delivery) return false;
    const { environment } = delivery.report;
    return delivery.cancel((at) =>
      this.sending.to(environment).drop(id, async (position) => {
        delivery.cancellationStored(at, await this.options.outbox.cancel(id, environment, at, position));
      }),
    );
  }

  /** Tries a delivery that is parked, or whose Heap is down, now. @returns whether it is one */
  tryNow(id: string): boolean {
    const report = this.deliveries.get(id)?.report;
    if (report?.parked === undefined && report?.heapDownSince === undefined) return false;
    this.sending.to(report.environment).tryNow();
    return true;
  }

  /** Deletes for good what was finished long ago, now and every hour. */
  async forgetFinished(): Promise<void> {
    const { clock, retentionMs, outbox, log } = this.options;
    await outbox.forget(clock.now() - retentionMs).catch((error: unknown) => {
      log.error({ code: errorCode(error) }, "what is past its retention could not be deleted");
    });
    clock.after(FORGET_EVERY_MS, () => void this.forgetFinished(), this.lifetime.signal);
  }

  /** Sends nothing more, and waits for what is under way. What is committed goes on when the hub starts again. */
  async stop(): Promise<void> {
    this.lifetime.abort();
    await this.sending.stop();
  }

  /** Stays the same while nothing can change about any delivery; undefined while one is under way. */
  get standstill(): number | undefined {
    return this.deliveries.size === 0 ? this.taken : undefined;
  }

  /** What keeps deliveries waiting, a sentence each. */
  troubles(): string[] {
    return this.sending.troubles();
  }

  /** A delivery to an environment that is not well shares its fate from the start. */
  private noteHealth(delivery: Delivery): void {
    const { environment, reading } = delivery.report;
    const health = this.sending.healthOf(environment);
    if (health && !reading.dryRun) changeHealth(delivery, health, this.options.observe);
  }

  /** @param agoMs how long ago it was begun, or what Heap had refused of it was sent again */
  private add(stored: StoredDelivery, agoMs = 0): Delivery {
    const { outbox, clock, observe, rejectsTolerated } = this.options;
    const since = clock.monotonic() - agoMs;
    const delivery: Delivery = new Delivery(stored, {
      outbox,
      clock,
      rejectsTolerated,
      onStored: (counts, batches) => {
        observe({ is: "read", delivery, counts, batches });
        if (batches > 0) this.sending.to(stored.environment).grown();
      },
      onFinished: () => {
        this.deliveries.delete(stored.id);
        const { outcome } = delivery;
        const milliseconds = clock.monotonic() - since;
        observe({ is: "ended", delivery, outcome, isLate: delivery.wasToldSuccess, milliseconds });
        // What can't be stored now is stored later, or found unfinished after a restart: its last batches may go out again.
        outbox.finish(stored.id, delivery.report.reading, clock.now()).catch(() => undefined);
      },
    });
    this.deliveries.set(stored.id, delivery);
    this.taken++;
    return delivery;
  }
}
