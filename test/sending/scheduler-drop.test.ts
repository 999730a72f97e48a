/** A cancelled delivery leaves its environment's log with the order of everybody else's batches kept. */

import { setImmediate as nextTurn } from "node:timers/promises";
import { ConstantBackoff } from "cockatiel";
import type { Answer } from "../../src/heap";
import { Scheduler } from "../../src/sending/scheduler";
import { HandDrivenHeap } from "../helpers/hand-driven-heap";
import { collectedOf, inLog, leaseOf, newDelivery, readOf, WHOLE } from "../helpers/new-delivery";
import { type OpenedOutbox, outboxes } from "../helpers/open-outbox";
import { tempFolders } from "../helpers/temp-folders";
import { until } from "../helpers/until";

const newFolder = tempFolders();
const open = outboxes();

const SETTLE_MS = 5000;

interface World extends OpenedOutbox {
  heap: HandDrivenHeap;
  scheduler: Scheduler;
  dropped: number[];
  finished: string[];
  /** Puts a batch with these users into the log. */
  put(delivery: string, ...users: string[]): Promise<void>;
  drop(delivery: string): Promise<void>;
}

async function start(): Promise<World> {
  const opened = open(newFolder());
  const { outbox, clock } = opened;
  const heap = new HandDrivenHeap();
  const dropped: number[] = [];
  const finished: string[] = [];
  const scheduler = new Scheduler({
    logs: outbox.logs,
    lease: await leaseOf(outbox),
    sender: heap,
    clock,
    settleMs: SETTLE_MS,
    timeoutMs: 20_000,
    backoff: new ConstantBackoff(100),
    log: opened.log,
    onHealth: () => undefined,
    maxOfDelivery: 8,
    onIdle: () => undefined,
    onHeldUp: () => undefined,
    events: {
      answered: () => undefined,
      heldUp: () => undefined,
      unsent: () => undefined,
      done({ delivery }, outcome) {
        finished.push(delivery);
        if (outcome.dropped.length > 0) dropped.push(outcome.dropped.length);
      },
    },
  });
  await scheduler.start();
  return {
    ...opened,
    heap,
    scheduler,
    dropped,
    finished,
    async put(delivery, ...users) {
      const begun = newDelivery(delivery);
      await outbox.intake.begin(begun);
      const records = users.map((identity) => ({ identity, properties: { of: delivery } }));
      const collected = collectedOf(records);
      await outbox.intake.append(begun, {
        ...{ collected, read: readOf({ rows: users.length }), rejects: [], end: WHOLE },
      });
      scheduler.grown();
    },
    async drop(delivery) {
      await outbox.records.cancel(delivery, clock.now());
      void scheduler.drop(delivery);
      await nextTurn();
      clock.advance(50);
      await nextTurn();
    },
  };
}

it("drops what waits, and keeps later batches behind earlier ones that the dropped one stood between", async () => {
  const { heap, put, drop, dropped, finished } = await start();
  await put("first", "ann");
  await put("cancelled", "ann", "bob");
  await put("last", "ann", "bob");
  await until(() => heap.asked.length === 1);
  await drop("cancelled");
  expect(dropped).toEqual([2]);
  expect(finished).toEqual(["cancelled"]);
  // "last" waits for "first", though it only knew of the one between them.
  expect(heap.asked).toEqual(["first"]);
  heap.answer({ kind: "accepted", status: 200 });
  await until(() => heap.asked.length === 1);
  expect(heap.asked).toEqual(["last"]);
});

it("lets what is under way end, and counts it when Heap has it", async () => {
  const { heap, put, drop, dropped, finished } = await start();
  await put("cancelled", "ann");
  await until(() => heap.asked.length === 1);
  await drop("cancelled");
  expect(finished).toEqual([]);
  heap.answer({ kind: "accepted", status: 200 });
  await until(() => finished.length === 1);
  expect(dropped).toEqual([]);
});

it.each<Answer>([
  { kind: "failed", status: 500, text: "" },
  { kind: "too many", status: 429, retryAfterMs: undefined },
  { kind: "refused", status: 400, text: "" },
])("does not send it again when Heap answers $status", async (answer) => {
  const { heap, put, drop, dropped, finished, clock } = await start();
  await put("cancelled", "ann", "bob");
  await until(() => heap.asked.length === 1);
  await drop("cancelled");
  heap.answer(answer);
  await until(() => finished.length === 1);
  expect(dropped.reduce((sum, users) => sum + users, 0)).toBe(2);
  clock.advance(60_000);
  expect(heap.asked).toEqual([]);
});

it("lets nothing of the same users follow what may still arrive", async () => {
  const { heap, put, drop, finished, clock } = await start();
  await put("cancelled", "ann");
  await put("last", "ann");
  await until(() => heap.asked.length === 1);
  await drop("cancelled");
  heap.answer({ kind: "unanswered", cause: "time-out" });
  await until(() => finished.length === 1);
  clock.advance(SETTLE_MS - 1);
  expect(heap.asked).toEqual([]);
  clock.advance(1);
  await until(() => heap.asked.length === 1);
  expect(heap.asked).toEqual(["last"]);
});

it("takes out of the log what has not been read of it yet", async () => {
  const { heap, put, drop, outbox } = await start();
  await put("first", "ann");
  // More than the scheduler looks ahead.
  for (let at = 0; at < 80; at++) await put(`other-${at}`, "ann");
  await put("cancelled", "ann", "bob");
  await drop("cancelled");
  expect(await outbox.records.get("cancelled")).toMatchObject({ report: { dropped: 2 } });
  const left = await inLog(outbox);
  expect(left.map(({ delivery }) => delivery)).not.toContain("cancelled");
  expect(heap.asked).toEqual(["first"]);
});

it("does not count as delivered what was dropped", async () => {
  const { heap, put, drop, outbox, clock } = await start();
  await put("first", "ann");
  await put("cancelled", "ann", "bob");
  await until(() => heap.asked.length === 1);
  await drop("cancelled");
  clock.advance(1000);
  expect(await outbox.records.get("cancelled")).toMatchObject({
    outcome: "cancelled",
    report: { sent: 0, dropped: 2 },
  });
});

it("does not send what was cancelled between its turn and its request", async () => {
  const { heap, put, drop, dropped, finished } = await start();
  let goOn = (): void => undefined;
  heap.turn = new Promise((resolve) => {
    goOn = resolve;
  });
  await put("cancelled", "ann");
  await nextTurn();
  await drop("cancelled");
  goOn();
  await until(() => finished.length === 1);
  expect([heap.asked, dropped]).toEqual([[], [1]]);
});
