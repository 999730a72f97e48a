/**
 * A hub in simulated time, from its deliveries to its outbox in SQLite, with a simulated Heap. It can be killed at
 * any moment and started again on what it left on the disk.
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import { LOOK_AHEAD, type LookAheadLimits } from "../../src/sending/look-ahead";
import { HandDrivenClock } from "./hand-driven-clock";
import { type Given, Ledger } from "./ledger";
import { memoryFolder } from "./memory-folder";
import { impossibleIn } from "./possible-heap";
import { problemsOf } from "./report-problems";
import { type Behaviour, REFUSED, SimulatedHeap } from "./simulated-heap";
import { SimulatedHub } from "./simulated-hub";
import { EVERYTHING, SimulatedLooker, WHOLE } from "./simulated-looker";
import { passTime } from "./simulated-timers";
import { type StoredReport, storedReports } from "./stored-reports";

const SETTLE_MS = 5000;
const TIMEOUT_MS = 20_000;

/** Turns of the event loop after which nothing is left to do at one moment. */
const SETTLED_TURNS = 12;

/** So many times something may happen until all is sent, once Heap is well. */
const MOST_MOMENTS = 10_000;

/** So many cancelled results come once more in the end. */
const MOST_REPEATED = 2;

const isRefused = (identity: string): boolean => identity === REFUSED;

export class SimulatedWorld {
  readonly heap: SimulatedHeap;
  private readonly ledger = new Ledger();
  private readonly looker = new SimulatedLooker(this.ledger);
  private readonly clock = new HandDrivenClock();
  private readonly hubs: SimulatedHub[] = [];

  /**
   * @param behaviours of Heap, one for each request, again and again
   * @param maxConcurrent requests at once
   * @param limits how much of the log a hub has in memory
   */
  constructor(
    behaviours: readonly Behaviour[],
    private readonly maxConcurrent = 3,
    private readonly limits: LookAheadLimits = LOOK_AHEAD,
  ) {
    this.heap = new SimulatedHeap(this.clock, SETTLE_MS, behaviours);
  }

  async start(): Promise<void> {
    await this.startHub(memoryFolder());
  }

  /** Looker begins a result with a row for each of these identities, and as many more like it. */
  async begin(identities: readonly string[], result = EVERYTHING, more = 0): Promise<void> {
    for (let count = 0; count <= more; count++) {
      this.looker.begin(this.hub, result, this.looker.rowsOf(result, identities));
    }
    await this.turns(SETTLED_TURNS);
  }

  /** One of the results that Looker has begun goes on. */
  async goOn(choice: number, identities: readonly string[]): Promise<void> {
    this.looker.goOn(this.hub, choice, identities);
    await this.turns(SETTLED_TURNS);
  }

  /** One of the results that there have been comes once more, from its first row to its last, to be sent as far as it changed. */
  async repeat(choice: number): Promise<void> {
    const all = [...this.ledger.given.values()];
    const one = all[choice % Math.max(all.length, 1)];
    if (one) await this.deliverChanged(one);
  }

  /** All results that Looker has begun come to their end. */
  async endAll(): Promise<void> {
    this.looker.endAll(this.hub);
    await this.turns(SETTLED_TURNS);
  }

  /** One of the results that Looker has begun comes to its end. */
  async end(choice: number): Promise<void> {
    this.looker.end(this.hub, choice);
    await this.turns(SETTLED_TURNS);
  }

  /**
   * Somebody cancels one of the deliveries under way; what else happens does not wait for it.
   * @param turns of the event loop after the next moment at which anything happens; undefined: now
   */
  async cancel(choice: number, turns: number | undefined): Promise<void> {
    if (turns !== undefined) await this.intoNextMoment(turns);
    const { outbox, deliveries } = this.hub;
    const unfinished = await outbox.records.unfinished();
    const one = unfinished[choice % Math.max(unfinished.length, 1)];
    if (!one) return;
    this.ledger.asked.add(one.id);
    void deliveries.cancel(one.id);
  }

  async advance(milliseconds: number): Promise<void> {
    const end = this.clock.monotonic() + milliseconds;
    for (let { next } = this.clock; next !== undefined && next <= end; { next } = this.clock) {
      await this.moment(next);
    }
    this.clock.advance(end - this.clock.monotonic());
  }

  /**
   * The hub dies so many turns of the event loop after the next moment at which anything happens.
   * @param downMs until another is started
   */
  async crash(turns: number, downMs: number): Promise<void> {
    await this.intoNextMoment(turns);
    const left = this.hub.die();
    this.heap.hubDied();
    await this.advance(downMs);
    this.heap.hubStarted();
    await this.startHub(left);
  }

  /** Everything that was begun comes to its end, and nothing is on its way any more. */
  async finish(): Promise<void> {
    await this.endAll();
    for (let moments = 0; (await this.hub.outbox.records.unfinished()).length > 0; moments++) {
      const { next } = this.clock;
      if (next === undefined || moments > MOST_MOMENTS) throw new Error("something is never sent");
      await this.moment(next);
    }
    await this.advance(SETTLE_MS);
  }

  /** Until Heap has applied so many requests. */
  async untilApplied(requests: number): Promise<void> {
    while (this.heap.applied.length < requests) {
      const { next } = this.clock;
      if (next === undefined) throw new Error("nothing more is sent");
      await this.moment(next);
    }
  }

  /** Deliveries that do not end although they were cancelled and their results have ended, whatever Heap does. */
  async cancelledStillOpen(): Promise<string[]> {
    await this.endAll();
    await this.advance(TIMEOUT_MS + 1000);
    const open = await this.hub.outbox.records.unfinished();
    return open.map(({ id }) => id).filter((id) => this.ledger.cancelled.has(id));
  }

  /**
   * What was cancelled comes once more, once all has come to its end: everything is sent that Heap may not hold, and
   * another time nothing.
   * @returns what should not be as it is, a sentence each
   */
  async repeatCancelled(): Promise<string[]> {
    const problems: string[] = [];
    const cancelled = [...this.ledger.given].filter(([id]) => this.ledger.cancelled.has(id));
    for (const [, given] of cancelled.slice(-MOST_REPEATED)) {
      await this.deliverChanged(given);
      await this.finish();
      problems.push(...this.problems());
      const id = await this.deliverChanged(given);
      await this.finish();
      const { users = 0, refused = 0 } = this.reports().get(id) ?? {};
      if (users > refused) problems.push(`${users} were sent another time, and only ${refused} are refused`);
    }
    return [...problems, ...this.problems()];
  }

  /** What should not be as it is, once all has come to its end; a sentence each. */
  problems(): string[] {
    const reports = this.reports();
    const committed = this.ledger.committed((delivery) => reports.get(delivery)?.rows ?? 0);
    const taken = committed.map((each) => ({
      ...each,
      records: each.isCancelled ? [] : each.records.filter(({ identity }) => !isRefused(identity)),
    }));
    const isCancelled = (delivery: string) => reports.get(delivery)?.cancelledAt !== null;
    return [
      ...this.heap.violations,
      ...this.ledger.violations,
      ...impossibleIn(this.heap.held, taken, isCancelled),
      ...[...reports.values()].flatMap((report) => {
        const own = committed.filter(({ delivery }) => delivery === report.id);
        return problemsOf(report, own, this.ledger, isRefused);
      }),
    ];
  }

  reports(): Map<string, StoredReport> {
    return storedReports(this.hub.folder);
  }

  async close(): Promise<void> {
    for (const hub of this.hubs) await hub.close();
  }

  /** What keeps deliveries waiting, as the hub says. */
  get troubles(): string[] {
    return this.hub.deliveries.troubles();
  }

  private get hub(): SimulatedHub {
    const hub = this.hubs.at(-1);
    if (!hub) throw new Error("no hub has been started");
    return hub;
  }

  /** @returns the delivery's id */
  private async deliverChanged({ result, rows }: Given): Promise<string> {
    this.looker.begin(this.hub, { ...result, sync: "changed" }, rows);
    await this.turns(SETTLED_TURNS);
    const last = this.hub.reading.pop();
    void last?.delivery.end(WHOLE);
    await this.turns(SETTLED_TURNS);
    return last?.delivery.delivery.id ?? "";
  }

  private async startHub(folder: string): Promise<void> {
    const { clock, heap, ledger, maxConcurrent, limits } = this;
    const fixed = { settleMs: SETTLE_MS, timeoutMs: TIMEOUT_MS };
    this.hubs.push(new SimulatedHub(folder, { clock, heap, ledger, maxConcurrent, limits, ...fixed }));
    await this.turns(SETTLED_TURNS);
  }

  /** Stops so many turns of the event loop after the next moment at which anything happens. */
  private async intoNextMoment(turns: number): Promise<void> {
    const { next } = this.clock;
    if (next !== undefined) this.clock.advance(next - this.clock.monotonic());
    await this.turns(turns);
  }

  /** Moves on to a time, and lets everything follow from it that does. */
  private async moment(time: number): Promise<void> {
    this.clock.advance(time - this.clock.monotonic());
    await this.turns(SETTLED_TURNS);
  }

  private async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) {
      passTime();
      await nextTurn();
    }
  }
}
