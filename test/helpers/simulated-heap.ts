/**
 * Heap in simulated time. It answers each request as it is told to: with a yes or a no, after a while, late or
 * never, before or after it has applied it. And it notes what a hub must not do: too many requests of one identity,
 * or a newer value while an earlier request may still arrive.
 */

import { type Answer, type HeapRequest, MAX_REQUESTS_PER_IDENTITY, RATE_WINDOW_MS } from "../../src/heap";
import { newLifetime } from "../../src/lifetime";
import type { HandDrivenClock } from "./hand-driven-clock";
import { applyTo, type UserRecord, usersOf } from "./updates";

export interface Behaviour {
  /**
   * `lost`: never applied and never answered; `late`: applied some time after it was given up; `unheard`: applied,
   * but its answer is lost.
   */
  kind: "accepted" | "failed" | "too many" | "lost" | "late" | "unheard";
  /** Until the answer, or until it is given up. */
  takesMs: number;
  /** Whether it reaches Heap only at the end of this time, instead of at once. */
  isSlow: boolean;
  retryAfterMs?: number;
}

const PLAIN: Behaviour = { kind: "accepted", takesMs: 0, isSlow: false };

/** Heap refuses any request that holds this user. */
export const REFUSED = "refused@example.com";

/** Failures that a record meets at most: from five on, the hub may think that it is the record's fault. */
const MOST_FAILURES = 4;

/** What a hub is still waiting for. */
interface Open {
  records: UserRecord[];
  isApplied: boolean;
  willApply: boolean;
}

/** Until when which record of an identity may still arrive. */
interface Fence {
  until: number;
  /** The record that may go out again meanwhile; undefined: none. */
  except: string | undefined;
}

export class SimulatedHeap {
  readonly held = new Map<string, UserRecord["properties"]>();
  readonly violations: string[] = [];
  /** As it was told to be; with nobody there; not knowing the environment; or accepting everything. */
  state: "as told" | "down" | "unknown" | "well" = "as told";
  /** The users of what it has applied, in the order in which it did. */
  readonly applied: string[][] = [];
  requests = 0;
  private readonly arrivals = new Map<string, number[]>();
  private readonly fences = new Map<string, Fence[]>();
  private readonly failures = new Map<string, number>();
  private readonly open = new Set<Open>();
  /** Heap outlives every hub. */
  private readonly lasting = newLifetime().signal;

  /**
   * @param settleMs until a request that was given up has arrived at the latest
   * @param behaviours one for each request, again and again
   */
  constructor(
    private readonly clock: HandDrivenClock,
    private readonly settleMs: number,
    private readonly behaviours: readonly Behaviour[],
  ) {}

  /** @param isAlive whether the hub that sends still is: else it never hears of the answer */
  send({ body }: HeapRequest, isAlive: () => boolean): Promise<Answer> {
    if (!isAlive()) return new Promise(() => undefined);
    const open: Open = { records: usersOf(body), isApplied: false, willApply: false };
    this.requests++;
    this.checkFences(open.records);
    const told = this.behaviourFor(open.records);
    const kind = this.kindOf(told, open.records);
    open.willApply = ["accepted", "unheard", "late"].includes(kind);
    this.open.add(open);
    if (this.state !== "down")
      this.clock.after(told.isSlow ? told.takesMs : 0, () => this.arrive(open.records), this.lasting);
    return new Promise((resolve) => {
      this.clock.after(
        told.takesMs,
        () => {
          if (!isAlive()) return;
          this.open.delete(open);
          if (kind === "accepted" || kind === "unheard") this.apply(open);
          const answer = answerOf(kind, told);
          if (answer.kind === "failed" || answer.kind === "unanswered") this.noteFailure(open.records);
          if (answer.kind === "unanswered") this.fence(open.records, true);
          if (kind === "late") this.clock.after(this.settleMs - 1, () => this.apply(open), this.lasting);
          resolve(answer);
        },
        this.lasting,
      );
    });
  }

  /** The hub has died: what it waited for may arrive until just before the next one has let it settle. */
  hubDied(): void {
    for (const open of this.open) {
      if (open.willApply) this.clock.after(this.settleMs - 1, () => this.apply(open), this.lasting);
    }
  }

  /** Another hub has begun: nothing of what was under way may go out before it has settled. */
  hubStarted(): void {
    for (const { records } of this.open) this.fence(records, false);
    this.open.clear();
    this.failures.clear();
  }

  private behaviourFor(records: readonly UserRecord[]): Behaviour {
    const told = this.behaviours[this.requests % this.behaviours.length] ?? PLAIN;
    if (this.state === "down") return { ...told, kind: "lost", takesMs: 0 };
    if (this.state === "well") return { ...told, kind: "accepted" };
    const tooOften = records.some((record) => (this.failures.get(textOf(record)) ?? 0) >= MOST_FAILURES);
    return tooOften ? { ...told, kind: "accepted" } : told;
  }

  private kindOf(told: Behaviour, records: readonly UserRecord[]): Kind {
    if (this.state === "unknown") return "unknown environment";
    return records.some(({ identity }) => identity === REFUSED) ? refusedIf(told.kind) : told.kind;
  }

  private apply(open: Open): void {
    if (open.isApplied) return;
    open.isApplied = true;
    for (const record of open.records) applyTo(this.held, record);
    this.applied.push(open.records.map(({ identity }) => identity));
  }

  private arrive(records: readonly UserRecord[]): void {
    const now = this.clock.monotonic();
    for (const { identity } of records) {
      const arrivals = (this.arrivals.get(identity) ?? []).filter((at) => at > now - RATE_WINDOW_MS);
      arrivals.push(now);
      this.arrivals.set(identity, arrivals);
      if (arrivals.length > MAX_REQUESTS_PER_IDENTITY) {
        this.violations.push(`${arrivals.length} requests of ${identity} in 30 s`);
      }
    }
  }

  private checkFences(records: readonly UserRecord[]): void {
    const now = this.clock.monotonic();
    for (const record of records) {
      const fences = (this.fences.get(record.identity) ?? []).filter(({ until }) => until > now);
      this.fences.set(record.identity, fences);
      for (const { until, except } of fences) {
        if (except === textOf(record)) continue;
        this.violations.push(`${record.identity} went out ${until - now} ms before it had settled`);
      }
    }
  }

  private fence(records: readonly UserRecord[], mayRepeat: boolean): void {
    const until = this.clock.monotonic() + this.settleMs;
    for (const record of records) {
      const fence = { until, except: mayRepeat ? textOf(record) : undefined };
      this.fences.set(record.identity, [...(this.fences.get(record.identity) ?? []), fence]);
    }
  }

  private noteFailure(records: readonly UserRecord[]): void {
    for (const record of records) {
      const text = textOf(record);
      this.failures.set(text, (this.failures.get(text) ?? 0) + 1);
    }
  }
}

type Kind = Behaviour["kind"] | "refused" | "unknown environment";

/** A request that would have been applied is refused instead. */
function refusedIf(kind: Kind): Kind {
  return kind === "accepted" || kind === "late" || kind === "unheard" ? "refused" : kind;
}

function answerOf(kind: Kind, { retryAfterMs }: Behaviour): Answer {
  switch (kind) {
    case "accepted":
      return { kind, status: 200 };
    case "refused":
      return { kind, status: 400, text: "no" };
    case "failed":
      return { kind, status: 500, text: "" };
    case "unknown environment":
      return { kind, status: 404, text: "" };
    case "too many":
      return { kind, status: 429, retryAfterMs };
    default:
      return { kind: "unanswered", cause: "ECONNRESET" };
  }
}

function textOf(record: UserRecord): string {
  return JSON.stringify(record);
}
