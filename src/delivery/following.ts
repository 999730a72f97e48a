/** Follows the deliveries that something is left to do of: notes what happens to them, and tells the observer. */

import { type LoggedBatch, logName } from "../batches";
import type { Clock } from "../clock";
import {
  type BatchOutcome,
  ignoreOutboxError,
  type KeptDelivery,
  type NewDelivery,
  type Outbox,
} from "../outbox";
import type { HealthState, Origin } from "../report";
import type { RequestEvents } from "../sending";
import { answerEvent } from "./answer-event";
import type { DeliveryIds, Observer } from "./observer";
import { TraceKeeper } from "./trace-keeper";

export interface FollowingOptions {
  outbox: Pick<Outbox, "records" | "changes">;
  clock: Clock;
  observe: Observer;
  /** Nothing is followed after it. */
  signal: AbortSignal;
}

interface Followed {
  origin: Origin;
  keeper: TraceKeeper;
  /** Of its log; undefined: nothing of it is sent. */
  log: string | undefined;
  /** When it was begun, by the monotonic clock. */
  since: number;
  health: HealthState;
  /** Whether it has waited for others: that is noted once. */
  wasHeldUp: boolean;
  isCancelled: boolean;
  /** This hub sees to it; else it only sends it, and another one tells of it. */
  isKept: boolean;
}

type Request = Parameters<RequestEvents["answered"]>[1];

export class Following implements RequestEvents {
  /** By id. */
  private readonly followed = new Map<string, Followed>();
  /** Deliveries that another hub sees to, and that are about to be followed. */
  private readonly asked = new Set<string>();

  constructor(private readonly options: FollowingOptions) {
    const { outbox, observe, signal } = options;
    const { changes } = outbox;
    changes.listen("finished", (kept) => this.finished(kept), signal);
    changes.listen("finishedElsewhere", ({ id }) => this.leave(id), signal);
    changes.listen("cancelled", ({ id }) => this.cancelled(id), signal);
    changes.listen(
      "health",
      ({ environment, state, isElsewhere }) => {
        if (!isElsewhere) observe({ is: "health", environment, state });
        const log = logName(environment);
        for (const [id, each] of this.followed)
          if (each.log === log) this.changeHealth(id, each, state, isElsewhere);
      },
      signal,
    );
  }

  /** A delivery is about to be read. */
  begin(
    { id, origin, environment, asked }: NewDelivery,
    agoMs = 0,
    stored?: KeptDelivery["trace"],
    isKept = true,
  ): void {
    const { outbox, clock, signal } = this.options;
    const { records } = outbox;
    this.followed.set(id, {
      origin,
      keeper: new TraceKeeper(id, "sending", { records, clock, signal }, stored),
      log: asked.dryRun ? undefined : logName(environment),
      since: clock.monotonic() - agoMs,
      health: {},
      wasHeldUp: false,
      isCancelled: false,
      isKept,
    });
  }

  /** Something is left to do of a delivery that was begun before. */
  takeUp(kept: KeptDelivery, agoMs: number): void {
    const { id, startedAt, origin, report, trace } = kept;
    const { environment, kind, asked, cancelledAt } = report;
    this.begin({ id, startedAt, origin, environment, kind, asked }, agoMs, trace);
    if (cancelledAt !== undefined) this.cancelled(id);
    this.options.observe({ is: "resumed", delivery: kept });
  }

  /** A delivery to an environment that is not well shares its fate from the start. */
  noteHealth({ id, report }: KeptDelivery): void {
    const followed = this.followed.get(id);
    if (followed) this.changeHealth(id, followed, report.health);
  }

  note(id: string, text: string, said?: string): void {
    this.followed.get(id)?.keeper.note(text, said);
  }

  /** Keeps what has not been kept. */
  flush(): void {
    for (const { keeper } of this.followed.values()) keeper.flush();
  }

  done({ delivery, environment }: LoggedBatch, { sent, refusals }: BatchOutcome): void {
    this.options.observe({
      is: "done",
      delivery: this.idsOf(delivery),
      environment,
      sent,
      refused: refusals.length,
    });
    if (sent > 0) this.followed.get(delivery)?.keeper.sent(sent);
    if (!this.followed.has(delivery)) void this.follow(delivery);
  }

  answered({ delivery, environment }: LoggedBatch, request: Request): void {
    this.options.observe({ is: "request", delivery: this.idsOf(delivery), environment, ...request });
    const followed = this.followed.get(delivery);
    if (!followed) {
      void this.follow(delivery);
      return;
    }
    const { answer, next, milliseconds } = request;
    if (answer.kind !== "withheld") followed.keeper.answered(milliseconds);
    // With a cancelled delivery, what is said to be next is not done.
    const event = followed.isCancelled ? undefined : answerEvent(answer, next);
    if (event) followed.keeper.note(event.text, event.said);
  }

  heldUp(delivery: string): void {
    const followed = this.followed.get(delivery);
    if (!followed || followed.wasHeldUp) return;
    followed.wasHeldUp = true;
    followed.keeper.note("What is left waits for users that an earlier delivery is still sending.");
  }

  unsent({ delivery, environment }: LoggedBatch, error: unknown): void {
    this.options.observe({ is: "unsent", delivery: this.idsOf(delivery), environment, error });
  }

  /** A delivery that another hub sees to, and this one sends: what is sent of it is noted here. */
  private async follow(id: string): Promise<void> {
    if (this.asked.has(id)) return;
    this.asked.add(id);
    try {
      const kept = await this.options.outbox.records.get(id);
      if (!kept || kept.finishedAt !== undefined || this.followed.has(id)) return;
      const { startedAt, origin, report, trace } = kept;
      const { environment, kind, asked } = report;
      const agoMs = Math.max(this.options.clock.now() - startedAt, 0);
      this.begin({ id, startedAt, origin, environment, kind, asked }, agoMs, trace, false);
      if (report.cancelledAt !== undefined) this.cancelled(id);
    } catch (error) {
      ignoreOutboxError(error);
    } finally {
      this.asked.delete(id);
    }
  }

  private idsOf(id: string): DeliveryIds {
    return { id, origin: this.followed.get(id)?.origin ?? {} };
  }

  private cancelled(id: string): void {
    const followed = this.followed.get(id);
    if (followed) followed.isCancelled = true;
  }

  private finished(kept: KeptDelivery): void {
    const { clock, observe } = this.options;
    const since = this.leave(kept.id)?.since ?? clock.monotonic() - Math.max(clock.now() - kept.startedAt, 0);
    const milliseconds = clock.monotonic() - since;
    observe({ is: "ended", delivery: kept, isLate: kept.report.toldSuccess === true, milliseconds });
  }

  /** What has not been kept of it is. */
  private leave(id: string): Followed | undefined {
    const followed = this.followed.get(id);
    this.followed.delete(id);
    followed?.keeper.flush();
    return followed;
  }

  /** @param isElsewhere another hub sends it, and notes it */
  private changeHealth(id: string, followed: Followed, state: HealthState, isElsewhere = false): void {
    const before = followed.health;
    followed.health = state;
    const isNewlyParked = state.parked !== undefined && before.parked === undefined;
    if (isNewlyParked && followed.isKept) void this.tellParked(id);
    if (isElsewhere) return;
    const { keeper } = followed;
    if (state.parked !== undefined) {
      keeper.note(
        `Heap does not know the environment (it answered ${state.parked}): the delivery is parked.`,
      );
    } else if (state.downSince !== undefined) keeper.note("Heap takes nothing: it is tried until it does.");
    else if (before.parked !== undefined || before.downSince !== undefined)
      keeper.note("Heap takes requests again.");
  }

  private async tellParked(id: string): Promise<void> {
    const kept = await this.options.outbox.records.get(id).catch(ignoreOutboxError);
    if (!kept) return;
    this.options.observe({ is: "parked", delivery: kept, isLate: kept.report.toldSuccess === true });
  }
}
