/** Heap in simulated time: a test decides what becomes of each request, and when. */

import type { Answer, HeapRequest } from "../../src/heap";
import type { HandDrivenClock } from "./hand-driven-clock";
import { RequestWatch, type WatchedRequest } from "./request-watch";
import { applyTo, type UserRecord, usersOf } from "./updates";

/** What becomes of a request; times are in milliseconds after it is sent. */
export interface Fate {
  answer: Answer;
  answeredAfter: number;
  /** When Heap applies it; absent: never. Before the answer, or before the settle time after an end without one. */
  appliedAfter?: number;
}

export type Decide = (records: readonly UserRecord[]) => Fate;

/** The property that names the delivery a record comes from. */
export const BATCH_KEY = "Batch";

const LATENCY_MS = 50;

export const ACCEPTED: Fate = { answer: { kind: "accepted" }, answeredAfter: LATENCY_MS, appliedAfter: 20 };
export const REFUSED: Fate = {
  answer: { kind: "refused", status: 400, text: "no" },
  answeredAfter: LATENCY_MS,
};
export const FAILED: Fate = {
  answer: { kind: "failed", status: 500, text: "" },
  answeredAfter: LATENCY_MS,
};
export const UNKNOWN: Fate = {
  answer: { kind: "unknown environment", status: 404, text: "" },
  answeredAfter: LATENCY_MS,
};
export const TOO_MANY: Fate = {
  answer: { kind: "too many", status: 429, retryAfterMs: undefined },
  answeredAfter: LATENCY_MS,
};
/** Never applied. */
export const LOST: Fate = { answer: { kind: "unanswered", cause: "ECONNRESET" }, answeredAfter: LATENCY_MS };

interface Request extends WatchedRequest {
  isUnderWay: boolean;
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
  private readonly underWay = new Set<Request>();

  /** @param settleMs the longest that a request may still be applied after its end without an answer */
  constructor(
    private readonly clock: HandDrivenClock,
    private readonly settleMs: number,
    /** May be replaced at any time. */
    public decide: Decide,
  ) {}

  send({ body }: HeapRequest): Promise<Answer> {
    const records = usersOf(body);
    const fate = this.decide(records);
    const request: Request = {
      records,
      batch: String(records[0]?.properties[BATCH_KEY]),
      sentAt: this.clock.now(),
      overAt: Number.POSITIVE_INFINITY,
      isUnderWay: true,
      cancelApplying: () => undefined,
    };
    this.watch.sent(request);
    this.requests.push(request);
    this.underWay.add(request);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay.size);
    if (fate.appliedAfter !== undefined) this.applyAfter(request, fate.appliedAfter);
    return new Promise((resolve) => {
      this.clock.after(fate.answeredAfter, () => {
        if (this.underWay.delete(request)) {
          const isAnswered = fate.answer.kind !== "unanswered";
          request.overAt = this.clock.now() + (isAnswered ? 0 : this.settleMs);
        }
        resolve(fate.answer);
      });
    });
  }

  /** Whoever sent what is under way has gone: what of it is not applied within the settle time never is. */
  breakOff(): void {
    for (const request of this.underWay) request.cancelApplying();
  }
}
