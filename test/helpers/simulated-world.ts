/**
 * A hub in simulated time, from its deliveries to its outbox in SQLite, with a simulated Heap. It can be killed at
 * any moment and started again on what it left on the disk.
 */

import { rmSync } from "node:fs";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import pino from "pino";
import { Deliveries, type Delivery } from "../../src/delivery";
import { SqliteOutbox } from "../../src/outbox";
import { openSqlite } from "../../src/outbox/sqlite/driver";
import type { Reading } from "../../src/report/report";
import { copyAsKilled } from "./folder-bytes";
import { HandDrivenClock } from "./hand-driven-clock";
import { type Counts, Ledger } from "./ledger";
import { memoryFolder } from "./memory-folder";
import { type Behaviour, REFUSED, SimulatedHeap } from "./simulated-heap";
import { passTime } from "./simulated-timers";
import { updateOf } from "./updates";

const SETTLE_MS = 5000;
const ENVIRONMENT = { id: "123", host: "http://heap" };
const WHOLE = { truncated: false, messages: [] };
const KEYS = ["a", "b", "c"] as const;

/** Turns of the event loop after which nothing is left to do at one moment. */
const SETTLED_TURNS = 12;

/** So many times something may happen until all is sent, once Heap is well. */
const MOST_MOMENTS = 10_000;

/** A hub, from its start to its death. */
interface Life {
  isAlive: boolean;
  folder: string;
  outbox: SqliteOutbox;
  deliveries: Deliveries;
  reading: Delivery[];
}

export class SimulatedWorld {
  readonly heap: SimulatedHeap;
  readonly ledger = new Ledger((identity) => identity === REFUSED);
  private readonly clock = new HandDrivenClock();
  private readonly lives: Life[] = [];
  /** Every value that Looker gives is another. */
  private values = 0;

  /**
   * @param behaviours of Heap, one for each request, again and again
   * @param maxConcurrent requests at once
   */
  constructor(
    behaviours: readonly Behaviour[],
    private readonly maxConcurrent = 3,
  ) {
    this.heap = new SimulatedHeap(this.clock, SETTLE_MS, behaviours);
  }

  async start(): Promise<void> {
    await this.startHub(memoryFolder());
  }

  /** Looker begins a result with a row for each of these identities, and as many more like it. */
  async begin(identities: readonly string[], more = 0): Promise<void> {
    const life = this.life;
    const of = { environment: ENVIRONMENT, type: "user", origin: {}, dryRun: false } as const;
    for (let count = 0; count <= more; count++) {
      void life.deliveries.start({ ...of, longValues: "truncate", sync: "all" }).then((delivery) => {
        for (const key of KEYS)
          delivery.collector.column({ name: key, label: key, key, isIdentity: false, tell: false });
        life.reading.push(delivery);
        this.give(delivery, identities);
      });
    }
    await this.turns(SETTLED_TURNS);
  }

  /** One of the results that Looker has begun goes on. */
  async goOn(choice: number, identities: readonly string[]): Promise<void> {
    const { reading } = this.life;
    const delivery = reading[choice % reading.length];
    if (delivery) this.give(delivery, identities);
    await this.turns(SETTLED_TURNS);
  }

  /** All results that Looker has begun come to their end. */
  async endAll(): Promise<void> {
    for (const delivery of this.life.reading.splice(0)) void delivery.readingEnded(WHOLE);
    await this.turns(SETTLED_TURNS);
  }

  /** One of the results that Looker has begun comes to its end. */
  async end(choice: number): Promise<void> {
    const { reading } = this.life;
    const [delivery] = reading.splice(choice % Math.max(reading.length, 1), 1);
    void delivery?.readingEnded(WHOLE);
    await this.turns(SETTLED_TURNS);
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
    const { next } = this.clock;
    if (next !== undefined) this.clock.advance(next - this.clock.monotonic());
    await this.turns(turns);
    this.life.isAlive = false;
    const left = copyAsKilled(this.life.folder, memoryFolder());
    this.heap.hubDied();
    await this.advance(downMs);
    this.heap.hubStarted();
    await this.startHub(left);
  }

  /** Everything that was begun comes to its end, and nothing is on its way any more. */
  async finish(): Promise<void> {
    await this.endAll();
    for (let moments = 0; (await this.life.outbox.unfinished()).length > 0; moments++) {
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

  /** What stands in the reports, by delivery. */
  reports(): Map<string, Counts> {
    const database = openSqlite(path.join(this.life.folder, "outbox.sqlite3"), { readonly: true });
    const stored = database.prepare<[], { id: string; reading: string; sent: number; refused: number }>(
      "SELECT id, reading, sent, refused FROM deliveries",
    );
    const reports = stored.all().map(({ id, reading, sent, refused }): [string, Counts] => {
      const { rows, users }: Reading = JSON.parse(reading);
      return [id, { rows, users, sent, refused }];
    });
    database.close();
    return new Map(reports);
  }

  async close(): Promise<void> {
    for (const { outbox, folder } of this.lives) {
      await outbox.close();
      rmSync(folder, { recursive: true });
    }
  }

  /** What keeps deliveries waiting, as the hub says. */
  get troubles(): string[] {
    return this.life.deliveries.troubles();
  }

  private get life(): Life {
    const life = this.lives.at(-1);
    if (!life) throw new Error("no hub has been started");
    return life;
  }

  private give(delivery: Delivery, identities: readonly string[]): void {
    for (const identity of identities) {
      const value = ++this.values;
      // Later rows overwrite a part of what earlier ones have set.
      const keys = KEYS.filter((_key, at) => at === 0 || (value >> at) % 2 === 0);
      const record = { identity, properties: Object.fromEntries(keys.map((key) => [key, value])) };
      delivery.collector.update(updateOf(record, this.ledger.give(delivery.id, record)));
    }
    // As reading on would: when it is due.
    void delivery.checkpoint();
  }

  private async startHub(folder: string): Promise<void> {
    const log = pino({ level: "silent" });
    const { clock, heap } = this;
    const life = { isAlive: true, folder, reading: [] };
    const own = {
      now: clock.now,
      monotonic: clock.monotonic,
      // What a hub waits for dies with it. Real time too has no fractions of a millisecond.
      after(milliseconds: number, callback: () => void, signal: AbortSignal) {
        const call = () => {
          if (life.isAlive) callback();
        };
        clock.after(Math.ceil(milliseconds), call, signal);
      },
    };
    const outbox = new SqliteOutbox({ dataDir: folder, maxBytes: 1e9, clock: own, log });
    this.ledger.watch(outbox);
    const deliveries = new Deliveries({
      outbox,
      client: { send: (request) => heap.send(request, () => life.isAlive) },
      maxConcurrent: this.maxConcurrent,
      settleMs: SETTLE_MS,
      timeoutMs: 20_000,
      rejectsTolerated: 0,
      retentionMs: 1e9,
      clock: own,
      log,
      observe: () => undefined,
    });
    this.lives.push(Object.assign(life, { outbox, deliveries }));
    void deliveries.resume();
    await this.turns(SETTLED_TURNS);
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
