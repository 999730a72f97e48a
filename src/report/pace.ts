/** How fast a delivery goes: users sent and Heap's answer time, in as many steps of time as a chart has room for. */

/** Plain data: it is stored as JSON. The arrays are equally long, an entry a step. */
export interface PaceData {
  /** Of the first step, in milliseconds since 1970; 0: there is none. */
  startedAt: number;
  /** Length of a step, in milliseconds. */
  stepMs: number;
  /** Users that Heap accepted. */
  users: number[];
  answers: number[];
  /** How long Heap took for these answers together, in milliseconds. */
  answerMs: number[];
}

const FIRST_STEP_MS = 1000;

/** An even number. With more steps than that, two become one. */
const MAX_STEPS = 120;

/** The rate now is that of so many milliseconds. */
const RECENT_MS = 10_000;

export class Pace {
  readonly data: PaceData;

  constructor(stored?: PaceData) {
    this.data = stored
      ? structuredClone(stored)
      : { startedAt: 0, stepMs: FIRST_STEP_MS, users: [], answers: [], answerMs: [] };
  }

  /** Heap has accepted users. */
  sent(at: number, users: number): void {
    this.add("users", at, users);
  }

  /** Heap has answered, whatever it said. */
  answered(at: number, milliseconds: number): void {
    this.add("answers", at, 1);
    this.add("answerMs", at, milliseconds);
  }

  private add(name: "users" | "answers" | "answerMs", at: number, amount: number): void {
    const step = this.stepOf(at);
    // Only now: the steps may just have been put together.
    const series = this.data[name];
    series[step] = (series[step] ?? 0) + amount;
  }

  /** Makes the steps up to this time. */
  private stepOf(at: number): number {
    const { data } = this;
    if (data.users.length === 0) data.startedAt = at;
    // A clock that was set back counts into the first step.
    let step = Math.max(Math.floor((at - data.startedAt) / data.stepMs), 0);
    while (step >= MAX_STEPS) {
      this.halve();
      step = Math.floor((at - data.startedAt) / data.stepMs);
    }
    for (const series of [data.users, data.answers, data.answerMs]) {
      while (series.length <= step) series.push(0);
    }
    return step;
  }

  private halve(): void {
    const { data } = this;
    data.stepMs *= 2;
    for (const name of ["users", "answers", "answerMs"] as const) {
      const series = data[name];
      data[name] = Array.from(
        { length: Math.ceil(series.length / 2) },
        (_, at) => series[2 * at]! + (series[2 * at + 1] ?? 0),
      );
    }
  }
}

/** Users a second lately, up to `now` in milliseconds since 1970; 0 when none were sent. */
export function recentRate({ startedAt, stepMs, users }: PaceData, now: number): number {
  const steps = Math.max(Math.ceil(RECENT_MS / stepMs), 1);
  const current = Math.floor((now - startedAt) / stepMs);
  const first = Math.max(current - steps, 0);
  const sent = users.slice(first, current + 1).reduce((sum, each) => sum + each, 0);
  const milliseconds = now - (startedAt + first * stepMs);
  return sent === 0 ? 0 : (sent * 1000) / Math.max(milliseconds, 1000);
}
