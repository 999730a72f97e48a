/** What may become of a request in a simulated Heap. */

import { seededRandom } from "../../src/looker/stand-in/seeded-random";
import type { Decide, Fate } from "./simulated-heap";
import type { UserRecord } from "./updates";

/** How long Heap takes to answer where a test does not care, in milliseconds. */
export const LATENCY_MS = 50;

export const ACCEPTED: Fate = { answer: { kind: "accepted" }, answeredAfter: LATENCY_MS, appliedAfter: 20 };

export const REFUSED: Fate = {
  answer: { kind: "refused", status: 400, text: "no" },
  answeredAfter: LATENCY_MS,
};

export const FAILED: Fate = { answer: { kind: "failed", status: 500, text: "" }, answeredAfter: LATENCY_MS };

export const UNKNOWN: Fate = {
  answer: { kind: "unknown environment", status: 404, text: "" },
  answeredAfter: LATENCY_MS,
};

export const TOO_MANY: Fate = {
  answer: { kind: "too many", status: 429, retryAfterMs: undefined },
  answeredAfter: LATENCY_MS,
};

/** Ends without an answer; applied so long after it was sent, or never. */
export function unanswered(appliedAfter?: number, answeredAfter = LATENCY_MS): Fate {
  const answer = { kind: "unanswered", cause: "ECONNRESET" } as const;
  return { answer, answeredAfter, ...(appliedAfter !== undefined && { appliedAfter }) };
}

export const hasUser =
  (identity: string) =>
  (records: readonly UserRecord[]): boolean =>
    records.some((record) => record.identity === identity);

/** These fates in their order, and then that every request is accepted. */
export function inOrder(...fates: readonly Fate[]): Decide {
  const left = [...fates];
  return () => left.shift() ?? ACCEPTED;
}

export interface FaultRates {
  /** Each from 0 to 1; what is left of 1 is accepted. */
  failed: number;
  tooMany: number;
  unanswered: number;
}

/** So often in a row does a batch fail by chance: more would be a record that always fails. */
const MOST_IN_A_ROW = 4;

/** Latencies and faults by chance, the same for the same seed. */
export function byChance(seed: number, rates: FaultRates, timeoutMs: number, settleMs: number): Decide {
  const random = seededRandom(seed);
  const failures = new Map<string, number>();
  return (records) => {
    const who = records.map(({ identity }) => identity).join();
    const inARow = failures.get(who) ?? 0;
    const fate = draw();
    const fails = fate.answer.kind !== "accepted" && inARow < MOST_IN_A_ROW;
    failures.set(who, fails ? inARow + 1 : 0);
    return fails ? fate : accepted();
  };

  function draw(): Fate {
    const chance = random();
    if (chance < rates.failed) return { ...FAILED, answeredAfter: latency() };
    if (chance < rates.failed + rates.tooMany) return { ...TOO_MANY, answeredAfter: latency() };
    return chance < rates.failed + rates.tooMany + rates.unanswered ? lost() : accepted();
  }

  function accepted(): Fate {
    const answeredAfter = latency();
    return { ...ACCEPTED, answeredAfter, appliedAfter: Math.ceil(random() * answeredAfter) };
  }

  /** A reset or a time-out; applied before it, up to the settle time after it, or never. */
  function lost(): Fate {
    const answeredAfter = random() < 0.7 ? latency() : timeoutMs;
    if (random() < 0.3) return unanswered(undefined, answeredAfter);
    return unanswered(Math.ceil(random() * (answeredAfter + settleMs - 1)), answeredAfter);
  }

  function latency(): number {
    return 1 + Math.ceil(random() * 400);
  }
}
