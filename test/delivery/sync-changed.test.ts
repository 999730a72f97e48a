/**
 * `sync: changed` against the simplest model of Heap: whatever deliveries, column sets, modes, failures and crashes
 * come together, Heap holds at the end what it would hold had everything been sent.
 */

import { rmSync } from "node:fs";
import fc from "fast-check";
import pino from "pino";
import type { LoggedBatch } from "../../src/batches/batch";
import type { Reject } from "../../src/batches/update";
import { Reading } from "../../src/delivery/reading";
import { type Outbox, openSqliteOutbox } from "../../src/outbox";
import { copyAsKilled } from "../helpers/folder-bytes";
import { HandDrivenClock } from "../helpers/hand-driven-clock";
import { memoryFolder } from "../helpers/memory-folder";
import { done, inLog, leaseOf, newDelivery } from "../helpers/new-delivery";
import { updateOf } from "../helpers/updates";

type Row = { identity: string; properties: Record<string, number> };
type Held = Map<string, Record<string, number>>;

interface Sending {
  isAnswered: boolean;
  /** Whether the disk hears of the answer before anything else happens. */
  isStored: boolean;
  /** A user that Heap refuses, which it is then heard to. */
  refused: string | undefined;
}

const PLAINLY: Sending = { isAnswered: true, isStored: true, refused: undefined };

/** The hub's side (real outbox, real deliveries) with sending by hand, and both Heaps: the sent one and the model. */
class World {
  readonly heap: Held = new Map();
  /** What would have been sent, in order. */
  private given: { delivery: string; row: Row }[] = [];
  /** Positions of batches that Heap has, whether or not it was heard to say so. */
  private readonly applied = new Set<number>();
  sentRecords = 0;
  private folder = memoryFolder();
  private readonly clock = new HandDrivenClock();
  private outbox = this.open();
  private deliveries = 0;

  async deliver(sync: "all" | "changed", keys: readonly string[], rows: Row[]): Promise<Reading> {
    const delivery = newDelivery(`delivery-${++this.deliveries}`, { sync });
    await this.outbox.intake.begin(delivery);
    const reading = new Reading(delivery, {
      intake: this.outbox.intake,
      clock: this.clock,
      trace: { note: () => undefined, flush: () => undefined },
      onStored: () => undefined,
    });
    for (const key of keys) reading.column({ name: key, label: key, key, isIdentity: false, tell: false });
    for (const [at, row] of rows.entries()) {
      reading.update(updateOf(row, at + 1));
      this.given.push({ delivery: delivery.id, row });
    }
    await reading.end({ truncated: false, messages: [] });
    return reading;
  }

  /** What Heap would hold, had everything been sent. */
  get model(): Held {
    const held: Held = new Map();
    for (const { row } of this.given) merge(held, row);
    return held;
  }

  /** Heap takes one of the batches that no earlier one holds back, but for a user it refuses; its answer may be lost. */
  async sendOne(choice: number, { isAnswered, isStored, refused }: Sending = PLAINLY): Promise<boolean> {
    const waiting = await inLog(this.outbox);
    const free = waiting.filter(
      (batch, at) => !waiting.slice(0, at).some((other) => shareIdentity(batch, other)),
    );
    const batch = free[choice % Math.max(free.length, 1)];
    if (!batch) return false;
    await this.send(batch, { isAnswered, isStored, refused });
    return true;
  }

  /** One of the deliveries that wait is cancelled: what is left of it is sent in neither world. */
  async cancelOne(choice: number): Promise<void> {
    const waiting = await inLog(this.outbox);
    const delivery = waiting[choice % Math.max(waiting.length, 1)]?.delivery;
    if (delivery === undefined) return;
    for (const batch of waiting.filter((each) => each.delivery === delivery)) {
      if (this.applied.has(batch.position)) continue;
      for (const { identity } of await this.usersOf(batch)) this.neverGiven(delivery, identity);
    }
    await this.outbox.records.cancel(delivery, this.clock.now());
    void this.outbox.logs.drop(await leaseOf(this.outbox), delivery, 0);
    this.clock.advance(1000);
  }

  async sendAll(): Promise<void> {
    while (await this.sendOne(0));
  }

  async restart(): Promise<void> {
    await this.outbox.upkeep.close();
    this.outbox = this.open();
  }

  /** The hub dies; another starts on what is on the disk. */
  async crash(): Promise<void> {
    const dead = { outbox: this.outbox, folder: this.folder };
    this.folder = copyAsKilled(dead.folder, memoryFolder());
    this.outbox = this.open();
    await dead.outbox.upkeep.close();
    rmSync(dead.folder, { recursive: true });
  }

  async close(): Promise<void> {
    await this.outbox.upkeep.close();
    rmSync(this.folder, { recursive: true });
  }

  private async send(batch: LoggedBatch, { isAnswered, isStored, refused }: Sending): Promise<void> {
    const users = await this.usersOf(batch);
    // What it has taken once it does not refuse.
    const mayRefuse = !this.applied.has(batch.position);
    const refusals: Reject[] = [];
    for (const [at, user] of users.entries()) {
      if (mayRefuse && user.identity === refused) {
        this.neverGiven(batch.delivery, user.identity);
        refusals.push({ row: batch.rows[at] ?? 0, reason: "no", record: JSON.stringify(user) });
      } else merge(this.heap, user);
    }
    this.applied.add(batch.position);
    this.sentRecords += users.length;
    if (!isAnswered) return;
    await done(this.outbox, batch, { refusals });
    if (isStored) this.clock.advance(1000);
  }

  private async usersOf({ position }: LoggedBatch): Promise<Row[]> {
    const body: { users: Row[] } = JSON.parse(
      (await this.outbox.logs.body(await leaseOf(this.outbox), position)).toString(),
    );
    return body.users;
  }

  private neverGiven(delivery: string, identity: string): void {
    this.given = this.given.filter((each) => each.delivery !== delivery || each.row.identity !== identity);
  }

  private open(): Outbox {
    const log = pino({ level: "silent" });
    return openSqliteOutbox({
      ...{ dataDir: this.folder, maxBytes: 1e9, rejectsTolerated: 0, clock: this.clock, log },
    });
  }
}

function merge(held: Held, { identity, properties }: Row): void {
  held.set(identity, { ...held.get(identity), ...properties });
}

function shareIdentity(one: LoggedBatch, other: LoggedBatch): boolean {
  return one.hashes.some((hash) => other.hashes.includes(hash));
}

const row = fc.record({
  identity: fc.constantFrom("ann", "bob"),
  values: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 2, maxLength: 2 }),
});
const delivery = fc.record({
  do: fc.constant("deliver" as const),
  sync: fc.constantFrom("changed" as const, "changed" as const, "all" as const),
  keys: fc.constantFrom(["a"], ["b"], ["a", "b"]),
  rows: fc.array(row, { minLength: 1, maxLength: 2 }),
});
const send = fc.record({
  do: fc.constant("send" as const),
  choice: fc.nat(10),
  isAnswered: fc.boolean(),
  isStored: fc.boolean(),
  refused: fc.constant(undefined),
});
const refuse = fc.record({
  do: fc.constant("send" as const),
  choice: fc.nat(1),
  isAnswered: fc.constant(true),
  isStored: fc.constant(true),
  refused: fc.constantFrom("ann", "bob"),
});
const cancel = fc.record({ do: fc.constant("cancel" as const), choice: fc.nat(10) });
const sendAll = fc.record({ do: fc.constant("send all" as const) });
const restart = fc.record({ do: fc.constant("restart" as const) });
const crash = fc.record({ do: fc.constant("crash" as const) });

describe("sync: changed", () => {
  it("leaves Heap as if everything had been sent, whatever happens in between", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(delivery, delivery, delivery, send, refuse, sendAll, cancel, restart, crash), {
          minLength: 6,
          maxLength: 20,
        }),
        async (steps) => {
          const world = new World();
          try {
            for (const step of steps) {
              if (step.do === "restart") await world.restart();
              else if (step.do === "crash") await world.crash();
              else if (step.do === "send all") await world.sendAll();
              else if (step.do === "send") await world.sendOne(step.choice, step);
              else if (step.do === "cancel") await world.cancelOne(step.choice);
              else {
                const rows = step.rows.map(({ identity, values }) => ({
                  identity,
                  properties: Object.fromEntries(step.keys.map((key, at) => [key, values[at] ?? 0])),
                }));
                await world.deliver(step.sync, step.keys, rows);
              }
            }
            await world.sendAll();
            expect(Object.fromEntries(world.heap)).toEqual(Object.fromEntries(world.model));
          } finally {
            await world.close();
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  async function inWorld(test: (world: World) => Promise<void>): Promise<void> {
    const world = new World();
    try {
      await test(world);
    } finally {
      await world.close();
    }
  }

  const ann = { identity: "ann", properties: { a: 1 } };
  const bob = { identity: "bob", properties: { a: 2 } };

  it("sends nothing the second time", () =>
    inWorld(async (world) => {
      await world.deliver("changed", ["a"], [ann, bob]);
      await world.sendAll();
      const again = await world.deliver("changed", ["a"], [ann, bob]);
      await world.sendAll();
      expect(world.sentRecords).toBe(2);
      expect(again.read).toMatchObject({ users: 0, unchanged: 2 });
    }));

  it("sends only the row that is new", () =>
    inWorld(async (world) => {
      await world.deliver("changed", ["a"], [ann]);
      await world.sendAll();
      await world.deliver("changed", ["a"], [ann, bob]);
      await world.sendAll();
      expect(world.sentRecords).toBe(2);
    }));

  it("sends again what Heap has not confirmed yet", () =>
    inWorld(async (world) => {
      await world.deliver("changed", ["a"], [ann]);
      await world.deliver("changed", ["a"], [ann]);
      await world.sendAll();
      expect(world.sentRecords).toBe(2);
    }));

  it("sends again what another delivery is just putting into the log before it", () =>
    inWorld(async (world) => {
      await world.deliver("changed", ["a"], [ann]);
      await world.sendAll();
      await Promise.all([
        world.deliver("all", ["a"], [{ identity: "ann", properties: { a: 2 } }]),
        world.deliver("changed", ["a"], [ann]),
      ]);
      await world.sendAll();
      expect(world.heap.get("ann")).toEqual({ a: 1 });
    }));

  it("sends again what a delivery of everything may have changed, if they share a property", () =>
    inWorld(async (world) => {
      await world.deliver("changed", ["a"], [ann]);
      await world.sendAll();
      await world.deliver("all", ["a", "b"], [{ identity: "ann", properties: { a: 1, b: 1 } }]);
      await world.deliver("changed", ["a"], [ann]);
      await world.sendAll();
      expect(world.sentRecords).toBe(3);
    }));

  it("remembers through a delivery that shares no property", () =>
    inWorld(async (world) => {
      await world.deliver("changed", ["a"], [ann]);
      await world.sendAll();
      await world.deliver("all", ["b"], [{ identity: "ann", properties: { b: 1 } }]);
      await world.sendAll();
      await world.deliver("changed", ["a"], [ann]);
      await world.sendAll();
      expect(world.sentRecords).toBe(2);
    }));

  it("remembers across a restart", () =>
    inWorld(async (world) => {
      await world.deliver("changed", ["a"], [ann]);
      await world.sendAll();
      await world.restart();
      await world.deliver("changed", ["a"], [ann]);
      await world.sendAll();
      expect(world.sentRecords).toBe(1);
    }));

  it("sends a user's last row when an earlier one of the same result has just been sealed", () =>
    inWorld(async (world) => {
      const crowd = Array.from({ length: 12_000 }, (_, at) => ({
        identity: `user-${at}`,
        properties: { a: 1 },
      }));
      await world.deliver("changed", ["a"], [ann]);
      await world.sendAll();
      await world.deliver("changed", ["a"], [{ identity: "ann", properties: { a: 0 } }, ...crowd, ann]);
      await world.sendAll();
      expect(world.heap.get("ann")).toEqual({ a: 1 });
    }));
});
