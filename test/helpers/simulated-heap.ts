/** Heap in simulated time: a test decides what becomes of each request, and when. */

import type { Answer, HeapRequest } from "../../src/heap";
import type { HandDrivenClock } from "./hand-driven-clock";
import { RequestWatch, type WatchedRequest } from "./request-watch";
import { applyTo, type UserRecord, usersOf } from "./updates";

/** What becomes of a request; times are in milliseconds after it is sent. */
export interface Fate {
  answer: Answer;
  answeredAfter: number;
  /** When Heap applies it; absent: never. Not after an answer, nor the settle time after an end without one. */
  appliedAfter?: number;
}

export type Decide = (records: readonly UserRecord[]) => Fate;

/** The property that says which batch a record comes from. */
export const BATCH_KEY = "Batch";

interface UnderWay {
  request: WatchedRequest;
  appliedAt: number;
  cancelApplying: () => void;
}

export class SimulatedHeap {
  /** Identity → its properties. */
  readonly users = new Map<string, UserRecord["properties"]>();
  readonly watch = new RequestWatch();
  /** Every request so far. */
  readonly requests: WatchedRequest[] = [];
  /** Most that were under way at the same time. */
  mostAtOnce = 0;
  private readonly underWay = new Set<UnderWay>();

  /**
   * @param settleMs the longest that a request may still be applied after its end without an answer
   * @param decide may be replaced at any time
   */
  constructor(
    private readonly clock: HandDrivenClock,
    private readonly settleMs: number,
    public decide: Decide,
  ) {}

  send({ body }: HeapRequest): Promise<Answer> {
    const now = this.clock.now();
    const records = usersOf(body);
    const { answer, answeredAfter, appliedAfter = Number.POSITIVE_INFINITY } = this.decide(records);
    const batch = Number(records[0]?.properties[BATCH_KEY]);
    const request: WatchedRequest = { records, batch, sentAt: now, overAt: Number.POSITIVE_INFINITY };
    this.watch.sent(request);
    this.requests.push(request);
    const underWay: UnderWay = { request, appliedAt: now + appliedAfter, cancelApplying: () => undefined };
    this.scheduleApplying(underWay);
    this.underWay.add(underWay);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay.size);
    return new Promise((resolve) => {
      this.clock.after(answeredAfter, () => {
        if (!this.underWay.delete(underWay)) return;
        request.overAt = this.clock.now() + (answer.kind === "unanswered" ? this.settleMs : 0);
        resolve(answer);
      });
    });
  }

  /** The hub has died. What is under way may yet be applied until the settle time after it starts again. */
  hubDied(downMs: number): void {
    const last = this.clock.now() + downMs + this.settleMs;
    for (const underWay of this.underWay) {
      underWay.request.overAt = last;
      if (underWay.appliedAt < last) continue;
      underWay.cancelApplying();
      if (Number.isFinite(underWay.appliedAt)) this.scheduleApplying({ ...underWay, appliedAt: last - 1 });
    }
    this.underWay.clear();
  }

  private scheduleApplying(underWay: UnderWay): void {
    const { request, appliedAt } = underWay;
    if (!Number.isFinite(appliedAt)) return;
    underWay.cancelApplying = this.clock.after(appliedAt - this.clock.now(), () => {
      for (const record of request.records) applyTo(this.users, record);
    });
  }
}
