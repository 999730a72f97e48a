/** A delivery is cancelled from the moment on at which that is stored: not before, and nothing slips through after. */

import { setImmediate as nextTurn } from "node:timers/promises";
import { Deliveries } from "../../src/delivery";
import type { Reading } from "../../src/delivery/reading";
import type { Answer } from "../../src/heap";
import { type KeptDelivery, OutboxError } from "../../src/outbox";
import { ENVIRONMENT } from "../helpers/new-delivery";
import { letNothingBeCancelled } from "../helpers/no-cancelling";
import { type OpenedOutbox, outboxes } from "../helpers/open-outbox";
import { storedReports } from "../helpers/stored-reports";
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
  reading: Reading;
  id: string;
  /** The delivery as it stands. */
  kept(): Promise<KeptDelivery>;
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
    clock: opened.clock,
    log: opened.log,
    observe: () => undefined,
  });
  const reading = await deliveries.start({
    origin: {},
    environment: ENVIRONMENT,
    kind: "user",
    asked: { dryRun: false, longValues: "truncate", sync: "all" },
  });
  let row = 0;
  const read = (rows: number) => {
    for (const last = row + rows; row < last; row++)
      reading.update(updateOf({ identity: `user.${row}`, properties: { a: 1 } }));
  };
  const { id } = reading.delivery;
  const kept = async () => {
    const found = await opened.outbox.records.get(id);
    if (!found) throw new Error("the delivery is gone");
    return found;
  };
  const world = { ...opened, folder, deliveries, reading, id, kept, answers, read };
  started.push(world);
  return world;
}

/** The delivery has been read, and its only request is with Heap. */
async function startLastRequest(): Promise<World> {
  const world = await start();
  world.read(3);
  await world.reading.end(WHOLE);
  await until(() => world.answers.length === 1);
  return world;
}

/** Nothing is left to do of it. */
async function finished(kept: World["kept"]): Promise<KeptDelivery> {
  while ((await kept()).finishedAt === undefined) await nextTurn();
  return kept();
}

describe("a cancellation that can't be stored", () => {
  it("changes nothing: the delivery is read on, sent, and reported as if nobody had asked", async () => {
    const { folder, deliveries, reading, id, kept, answers, read, clock } = await start();
    letNothingBeCancelled(folder);
    read(3);
    await expect(deliveries.cancel(id)).rejects.toBeInstanceOf(OutboxError);
    expect(reading.cancelled.aborted).toBe(false);
    expect((await kept()).report.cancelledAt).toBeUndefined();
    read(2);
    await reading.end(WHOLE);
    await until(() => answers.length === 1);
    answers[0]?.(ACCEPTED);
    await finished(kept);
    clock.advance(1000);
    const { outcome, report } = await kept();
    expect([outcome, report.sent, report.dropped]).toEqual(["delivered", 5, 0]);
    expect(report.cancelledAt).toBeUndefined();
  });

  it("can be asked for again", async () => {
    const { folder, deliveries, reading, id, read } = await start();
    const letItBeCancelled = letNothingBeCancelled(folder);
    read(3);
    await expect(deliveries.cancel(id)).rejects.toBeInstanceOf(OutboxError);
    letItBeCancelled();
    expect(await deliveries.cancel(id)).toBe(true);
    expect(reading.cancelled.aborted).toBe(true);
  });

  it("does not keep a delivery open of which Heap takes the last meanwhile", async () => {
    const { folder, deliveries, id, kept, answers } = await startLastRequest();
    letNothingBeCancelled(folder);
    const cancelling = deliveries.cancel(id);
    // In the turn in which it turns out that it can't be stored.
    setImmediate(() => answers[0]?.(ACCEPTED));
    await expect(cancelling).rejects.toBeInstanceOf(OutboxError);
    expect(await finished(kept)).toMatchObject({ outcome: "delivered" });
  });
});

describe("while a cancellation is being stored", () => {
  it("the reading goes on, and is cut as soon as it is", async () => {
    const { deliveries, reading, id, folder } = await start();
    const cancelling = deliveries.cancel(id);
    let storedWhenCut: number | null | undefined;
    reading.cancelled.addEventListener("abort", () => {
      storedWhenCut = storedReports(folder).get(id)?.cancelledAt;
    });
    expect(reading.cancelled.aborted).toBe(false);
    await cancelling;
    expect(storedWhenCut).toEqual(expect.any(Number));
  });

  it.each([0, 1, 2, 3, 5, 8, 13, 21, 34])(
    "nothing comes into the log to be sent later, also of what is committed %i steps later",
    async (steps) => {
      const { deliveries, reading, id, kept, read, outbox, answers, clock } = await start();
      read(3);
      clock.advance(2000);
      const before = reading.checkpoint();
      const cancelling = deliveries.cancel(id);
      for (let step = 0; step < steps; step++) await (step < 13 ? undefined : nextTurn());
      read(3);
      clock.advance(2000);
      await Promise.all([before, reading.checkpoint(), cancelling]);
      read(3);
      await reading.end(WHOLE);
      let requests = 0;
      while ((await outbox.logs.waiting()).length > 0) {
        for (const answer of answers.splice(0)) {
          requests++;
          answer(ACCEPTED);
        }
        clock.advance(50);
        await nextTurn();
      }
      // Of what was committed before it at most.
      expect(requests).toBeLessThanOrEqual(1);
      const { outcome, report } = await finished(kept);
      expect(outcome).toBe("cancelled");
      expect(report.sent + report.dropped).toBe(report.read.users);
    },
  );

  it("the delivery does not end as another than is kept", async () => {
    const { deliveries, id, kept, answers, folder, clock } = await startLastRequest();
    const cancelling = deliveries.cancel(id);
    answers[0]?.(ACCEPTED);
    const isCancelled = await cancelling;
    const { outcome, report } = await finished(kept);
    expect([outcome, report.sent]).toEqual([isCancelled ? "cancelled" : "delivered", 3]);
    clock.advance(1000);
    expect(storedReports(folder).get(id)).toMatchObject({
      outcome,
      cancelledAt: report.cancelledAt ?? null,
      sent: 3,
    });
  });

  it("there is nothing to cancel when the delivery is finished by then", async () => {
    const { deliveries, id, kept, answers } = await startLastRequest();
    answers[0]?.(ACCEPTED);
    await finished(kept);
    expect(await deliveries.cancel(id)).toBe(false);
  });
});
