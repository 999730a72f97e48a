/** Notes what happens to a delivery, and keeps it: what is noted first at once, what follows a little later. */

import { Alarm, type Clock } from "../clock";
import type { Records } from "../outbox";
import { Trace, type TraceData, type Traces } from "../report";

export interface TraceKeeperOptions {
  records: Pick<Records, "note">;
  clock: Clock;
  /** Nothing is kept after it. */
  signal: AbortSignal;
}

/** What happened is kept so often, in milliseconds. */
const KEEP_MS = 1000;

export class TraceKeeper {
  private readonly trace: Trace;
  private readonly alarm: Alarm;
  private keptAt = Number.NEGATIVE_INFINITY;

  /** @param stored what was noted before */
  constructor(
    private readonly delivery: string,
    private readonly part: keyof Traces,
    private readonly options: TraceKeeperOptions,
    stored?: TraceData,
  ) {
    this.trace = new Trace(stored);
    this.alarm = new Alarm(options.clock, () => this.keep(), options.signal);
  }

  /** @param said what Looker or Heap said to it */
  note(text: string, said?: string): void {
    this.trace.note(this.options.clock.now(), text, said);
    this.keepSoon();
  }

  sent(users: number): void {
    this.trace.pace.sent(this.options.clock.now(), users);
    this.keepSoon();
  }

  answered(milliseconds: number): void {
    this.trace.pace.answered(this.options.clock.now(), milliseconds);
    this.keepSoon();
  }

  /** Keeps what has not been kept, and nothing more by itself until something is noted. */
  flush(): void {
    if (this.alarm.isSet) this.keep();
  }

  private keepSoon(): void {
    if (this.alarm.isSet) return;
    const left = this.keptAt + KEEP_MS - this.options.clock.monotonic();
    if (left <= 0) this.keep();
    else this.alarm.set(left);
  }

  private keep(): void {
    this.alarm.off();
    this.keptAt = this.options.clock.monotonic();
    void this.options.records.note(this.delivery, this.part, this.trace.data);
  }
}
