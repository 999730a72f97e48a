/** A delivery is cancelled from the moment on at which that is stored: not before, and nothing slips through after. */

import { setImmediate as nextTurn } from "node:timers/promises";
import { Deliveries, type Delivery } from "../../src/delivery";
import type { Answer } from "../../src/heap";
import { OutboxError } from "../../src/outbox";
import { letNothingBeCancelled } from "../helpers/no-cancelling";
import { type OpenedOutbox, outboxes } from "../helpers/open-outbox";
import { ENVIRONMENT } from "../helpers/stored-delivery";
import { tempFolders } from "../helpers/temp-folders";
import { until } from "../helpers/until";
import { updateOf } from "../helpers/updates";

const WHOLE = { truncated: false, messages: [] };
const ACCEPTED: Answer = { kind: "accepted", status: 200 };

// In this order: sending ends, then the outbox is closed, then its folder deleted.
const started: World[] = [];
afterEach(async () => {
  for (const { deliveries, answers } of started.splice(0)) {
    const stopped = deliveries.stop();
    for (const answer of answers) answer({ kind: "withheld" });
    await stopped;
  }
});
const open = outboxes();
const newFolder = tempFolders();

interface World extends OpenedOutbox {
  folder: string;
  deliveries: Deliveries;
  delivery: Delivery;
  /** Answers the requests that Heap has got, in their order. */
  answers: ((answer: Answer) => void)[];
  /** Reads so many rows, each another user's. */
  read(rows: number): void;
}

/** A delivery that is being read. */
async function start(): Promise<World> {
  const folder = newFolder();
  const opened = open(folder);
  const answers: World["answers"] = [];
  const deliveries = new Deliveries({
    outbox: opened.outbox,
    client: { send: () => new Promise((resolve) => answers.push(resolve)) },
    maxConcurrent: 1,
    settleMs: 0,
    timeoutMs: 1000,
    retentionMs: 1_000_000,
    rejectsTolerated: 0,
    clock: opened.clock,
    log: opened.log,
    observe: () => undefined,
  });
  const delivery = await deliveries.start({
    origin: {},
    environment: ENVIRONMENT,
    kind: "user",
    dryRun: false,
    longValues: "truncate",
    sync: "all",
  });
  let row = 0;
  const read = (rows: number) => {
    for (const last = row + rows; row < last; row++)
      delivery.collector.update(updateOf({ identity: `user.${row}`, properties: { a: 1 } }));
  };
  const world = { ...opened, folder, deliveries, delivery, answers, read };
  started.push(world);
  return world;
}

/** The delivery has been read, and its only request is with Heap. */
async function startLastRequest(): Promise<World> {
  const world = await start();
  world.read(3);
  await world.delivery.readingEnded(WHOLE);
  await until(() => world.answers.length === 1);
  return world;
}

describe("a cancellation that can't be stored", () => {
  it("changes nothing: the delivery is read on, sent, and reported as if nobody had asked", async () => {
    const { folder, deliveries, delivery, answers, read, outbox, clock } = await start();
    letNothingBeCancelled(folder);
    read(3);
    await expect(deliveries.cancel(delivery.id)).rejects.toBeInstanceOf(OutboxError);
    expect(delivery.cancelled.aborted).toBe(false);
    expect(delivery.report.cancelledAt).toBeUndefined();
    read(2);
    await delivery.readingEnded(WHOLE);
    await until(() => answers.length === 1);
    answers[0]?.(ACCEPTED);
    await delivery.settled;
    clock.advance(1000);
    const kept = outbox.archive.get(delivery.id);
    expect(kept).toMatchObject({ outcome: "delivered", sent: 5, dropped: 0 });
    expect(kept?.cancelledAt).toBeUndefined();
  });

  it("can be asked for again", async () => {
    const { folder, deliveries, delivery, read } = await start();
    const letItBeCancelled = letNothingBeCancelled(folder);
    read(3);
    await expect(deliveries.cancel(delivery.id)).rejects.toBeInstanceOf(OutboxError);
    letItBeCancelled();
    expect(await deliveries.cancel(delivery.id)).toBe(true);
    expect(delivery.cancelled.aborted).toBe(true);
  });

  it("does not keep a delivery open of which Heap takes the last meanwhile", async () => {
    const { folder, deliveries, delivery, answers } = await startLastRequest();
    letNothingBeCancelled(folder);
    const cancelling = deliveries.cancel(delivery.id);
    answers[0]?.(ACCEPTED);
    await expect(cancelling).rejects.toBeInstanceOf(OutboxError);
    await delivery.settled;
    expect(delivery.outcome).toBe("delivered");
  });
});

describe("while a cancellation is being stored", () => {
  it("the reading goes on, and is cut as soon as it is", async () => {
    const { deliveries, delivery, outbox } = await start();
    const cancelling = deliveries.cancel(delivery.id);
    let storedWhenCut: number | undefined;
    delivery.cancelled.addEventListener("abort", () => {
      storedWhenCut = outbox.archive.get(delivery.id)?.cancelledAt;
    });
    expect(delivery.cancelled.aborted).toBe(false);
    await cancelling;
    expect(storedWhenCut).toBe(delivery.report.cancelledAt);
    expect(storedWhenCut).toBeDefined();
  });

  it.each([0, 1, 2, 3, 5, 8, 13, 21, 34])(
    "nothing comes into the log to be sent later, also of what is committed %i steps later",
    async (steps) => {
      const { deliveries, delivery, read, outbox, answers } = await start();
      read(3);
      const before = delivery.collector.commit();
      const cancelling = deliveries.cancel(delivery.id);
      for (let step = 0; step < steps; step++) await (step < 13 ? undefined : nextTurn());
      read(3);
      await Promise.all([before, delivery.collector.commit(), cancelling]);
      read(3);
      await delivery.readingEnded(WHOLE);
      let requests = 0;
      await until(() => {
        for (const answer of answers.splice(0)) {
          requests++;
          answer(ACCEPTED);
        }
        return outbox.waiting().every(({ batches }) => batches === 0);
      });
      // Of what was committed before it at most.
      expect(requests).toBeLessThanOrEqual(1);
      expect(delivery.outcome).toBe("cancelled");
      const { sent, dropped, reading } = delivery.report;
      expect(sent + dropped).toBe(reading.users);
    },
  );

  it("the delivery does not end as another than is kept", async () => {
    const { deliveries, delivery, answers, outbox, clock } = await startLastRequest();
    const cancelling = deliveries.cancel(delivery.id);
    answers[0]?.(ACCEPTED);
    expect(await cancelling).toBe(true);
    await delivery.settled;
    clock.advance(1000);
    expect(outbox.archive.get(delivery.id)).toMatchObject({
      outcome: "cancelled",
      cancelledAt: delivery.report.cancelledAt,
      sent: 3,
    });
  });

  it("there is nothing to cancel when the delivery is over by then", async () => {
    const { deliveries, delivery, answers } = await startLastRequest();
    let goOn = (): void => undefined;
    void delivery.collector.between(() => new Promise<void>((resolve) => (goOn = resolve)));
    const cancelling = deliveries.cancel(delivery.id);
    answers[0]?.(ACCEPTED);
    await delivery.settled;
    goOn();
    expect(await cancelling).toBe(false);
  });
});
