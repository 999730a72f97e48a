/** All deliveries: each is started, cancelled, and taken up again after a restart. What became of them is in the outbox. */

import { randomBytes, randomUUID } from "node:crypto";
import { number } from "../amounts";
import { errorCode } from "../error-code";
import { newLifetime } from "../lifetime";
import { type KeptDelivery, type NewDelivery, type Outbox, OutboxError, type Records } from "../outbox";
import { endedBy, waitingUsers } from "../report";
import { Sending, type SendingOptions } from "../sending";
import { Following } from "./following";
import type { Observer } from "./observer";
import { CANCELLED, Reading } from "./reading";
import { TraceKeeper } from "./trace-keeper";

export interface DeliveriesOptions extends Omit<SendingOptions, "events"> {
  outbox: Outbox;
  observe: Observer;
  /** How long finished deliveries and rejects are kept, in milliseconds. */
  retentionMs: number;
}

const FORGET_EVERY_MS = 3_600_000;

/** As many as a UUID has: nobody guesses them. */
const LINK_KEY_BYTES = 16;

/** Why a document that the hub before this one was reading is not whole. */
export const STOPPED = "the action hub stopped while it was reading";

export class Deliveries {
  readonly records: Records;
  /** Under way, by delivery. */
  private readonly readings = new Map<string, Reading>();
  private readonly following: Following;
  private readonly sending: Sending;
  private readonly lifetime = newLifetime();

  constructor(private readonly options: DeliveriesOptions) {
    const { outbox, clock, observe } = options;
    const { signal } = this.lifetime;
    this.records = outbox.records;
    this.following = new Following({ outbox, clock, observe, signal });
    this.sending = new Sending({ ...options, events: this.following });
    outbox.changes.listen("cancelled", ({ id }) => this.readings.get(id)?.cancel(), signal);
    outbox.changes.listen("finished", ({ id }) => this.readings.delete(id), signal);
  }

  /**
   * Takes up what a hub before this one left, or another one that has died. What it had not read to the end is closed as
   * interrupted, unless the query can be run again.
   * @returns deliveries of which it may: the reading of each is to be ended
   */
  async resume(): Promise<KeptDelivery[]> {
    const { outbox, clock } = this.options;
    const unfinished = await outbox.records.takeUp();
    const now = clock.now();
    const interrupted: KeptDelivery[] = [];
    for (const kept of unfinished) this.following.takeUp(kept, Math.max(now - kept.startedAt, 0));
    await this.sending.start();
    for (const kept of unfinished) {
      const { end, cancelledAt } = kept.report;
      this.following.note(kept.id, "The action hub was started again, or took over from another.");
      if (!end && kept.source !== undefined && cancelledAt === undefined) interrupted.push(kept);
      else if (end) void outbox.intake.endLater(kept.id, end);
      else if (cancelledAt !== undefined) void outbox.intake.endLater(kept.id, endedBy(CANCELLED));
      else {
        this.following.note(kept.id, `Looker's result was not read to its end: ${STOPPED}.`);
        void outbox.intake.endLater(kept.id, endedBy(STOPPED));
      }
    }
    return interrupted;
  }

  /** @throws OutboxError when nothing can be stored now: nothing has been read then */
  async start(asked: Omit<NewDelivery, "id" | "startedAt" | "linkKey">): Promise<Reading> {
    const { outbox, clock, observe } = this.options;
    const problem = await outbox.intake.problem();
    if (problem !== undefined) throw new OutboxError(problem);
    const delivery: NewDelivery = {
      ...asked,
      id: randomUUID(),
      startedAt: clock.now(),
      linkKey: randomBytes(LINK_KEY_BYTES).toString("base64url"),
    };
    const { id, origin } = delivery;
    const { signal } = this.lifetime;
    const reading = new Reading(delivery, {
      intake: outbox.intake,
      clock,
      trace: new TraceKeeper(id, "reading", { records: outbox.records, clock, signal }),
      onStored: (counts, batches, isLast) =>
        observe({ is: "read", delivery: { id, origin }, counts, batches, isLast }),
    });
    await outbox.intake.begin(delivery);
    this.readings.set(id, reading);
    this.following.begin(delivery);
    const kept = await outbox.records.get(id);
    if (!kept) throw new Error("a delivery that was just begun is not in the outbox");
    observe({ is: "started", delivery: kept });
    this.following.noteHealth(kept);
    return reading;
  }

  /** What Looker is about to be told. */
  async answered(delivery: KeptDelivery, success: boolean): Promise<void> {
    const { outbox, observe } = this.options;
    const isLeft = delivery.finishedAt === undefined;
    const isEarly = success ? await outbox.intake.told(delivery.id).catch(() => isLeft) : isLeft;
    observe({ is: "answered", delivery, success, isEarly });
  }

  /**
   * Sends the records of a finished delivery that Heap refused again, after whatever else waits.
   * @returns how many there are
   */
  async sendAgain(id: string): Promise<number> {
    const kept = await this.records.sendAgain(id);
    if (!kept) return 0;
    const sending = waitingUsers(kept.report);
    this.following.takeUp(kept, 0);
    this.following.note(id, `${number(sending)} rejected are sent again.`);
    this.following.noteHealth(kept);
    return sending;
  }

  /**
   * Reads nothing more of a delivery, and drops what waits of it. What is under way may still reach Heap.
   * @returns whether there was something to cancel
   * @throws OutboxError when that can't be stored: then the delivery goes on
   */
  cancel(id: string): Promise<boolean> {
    return this.records.cancel(id, this.options.clock.now());
  }

  /** Tries a delivery that is parked, or whose Heap is down, now. @returns whether it is one */
  async tryNow(id: string): Promise<boolean> {
    const report = (await this.records.get(id))?.report;
    if (report?.health.parked === undefined && report?.health.downSince === undefined) return false;
    await this.sending.tryNow(report.environment);
    return true;
  }

  /** Deletes for good what was finished long ago, now and every hour. */
  async forgetFinished(): Promise<void> {
    const { clock, retentionMs, outbox, log } = this.options;
    await outbox.upkeep.forget(clock.now() - retentionMs).catch((error: unknown) => {
      log.error({ code: errorCode(error) }, "what is past its retention could not be deleted");
    });
    clock.after(FORGET_EVERY_MS, () => void this.forgetFinished(), this.lifetime.signal);
  }

  /** Sends nothing more, and waits for what is under way. What is committed goes on when the hub starts again. */
  async stop(): Promise<void> {
    await this.sending.stop();
    this.following.flush();
    this.lifetime.abort();
  }

  /** What keeps deliveries waiting, a sentence each. */
  troubles(): string[] {
    return this.sending.troubles();
  }
}
