/** Notes what happens to a delivery, and keeps it. */

import type { Clock } from "../clock";
import type { Answer } from "../heap";
import type { Outbox } from "../outbox";
import type { Outcome } from "../report";
import { Trace, type TraceData } from "../report";
import type { Verdict } from "../sending";
import { answerEvent } from "./answer-event";

export interface TraceKeeperOptions {
  outbox: Pick<Outbox, "note">;
  clock: Clock;
  outcome(): Outcome;
}

/** While it goes on, what happened is kept so often, in milliseconds; and whenever the outcome is another. */
const KEEP_MS = 5000;

export class TraceKeeper {
  private readonly trace: Trace;
  private keptAt = Number.NEGATIVE_INFINITY;
  private kept: Outcome | undefined;

  constructor(
    private readonly delivery: string,
    stored: TraceData | undefined,
    private readonly options: TraceKeeperOptions,
  ) {
    this.trace = new Trace(stored);
  }

  get data(): TraceData {
    return this.trace.data;
  }

  /** @param said what Looker or Heap said to it */
  note(text: string, said?: string): void {
    this.trace.note(this.options.clock.now(), text, said);
    this.keepNowAndThen();
  }

  sent(users: number): void {
    this.trace.pace.sent(this.options.clock.now(), users);
    this.keepNowAndThen();
  }

  /** @param follows whether what is said to be next is done: with a cancelled delivery it is not */
  answered(answer: Answer, next: Verdict["do"], milliseconds: number, follows: boolean): void {
    if (answer.kind !== "withheld") this.trace.pace.answered(this.options.clock.now(), milliseconds);
    const event = follows ? answerEvent(answer, next) : undefined;
    if (event) this.note(event.text, event.said);
  }

  keep(): void {
    this.keptAt = this.options.clock.monotonic();
    this.kept = this.options.outcome();
    this.options.outbox.note(this.delivery, this.kept, this.trace.data);
  }

  private keepNowAndThen(): void {
    const isDue = this.options.clock.monotonic() - this.keptAt >= KEEP_MS;
    if (isDue || this.options.outcome() !== this.kept) this.keep();
  }
}
