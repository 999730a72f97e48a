/** What was being cancelled when the hub stopped stays cancelled. */

import { systemClock } from "../../src/clock";
import { Deliveries } from "../../src/delivery";
import { SetupError } from "../../src/errors";
import { HeapClient } from "../../src/heap";
import { createLog } from "../../src/log";
import { OutboxError } from "../../src/outbox";
import { startStandInHeap } from "../../stand-ins/heap";
import { outboxes } from "../helpers/open-outbox";
import { batchOf, LOG, storedDelivery } from "../helpers/stored-delivery";
import { tempFolders } from "../helpers/temp-folders";

const newFolder = tempFolders();
const open = outboxes();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The deliveries of a hub that starts after one that was stopped while it cancelled a delivery to this Heap. */
async function cancelledBefore() {
  const heap = await startStandInHeap();
  closing.push(() => heap.close());
  const { outbox, clock } = open(newFolder());
  const environment = { id: "123", host: heap.url };
  const stored = storedDelivery(
    "cancelled",
    { users: 1, end: { truncated: false, messages: [] } },
    { environment },
  );
  await outbox.begin(stored);
  const batch = { ...batchOf("cancelled", [{ identity: "ann", properties: { Plan: "Team" } }]), environment };
  await outbox.append("cancelled", stored.reading, [batch], []);
  const [{ position } = { position: 0 }] = await outbox.read(`${heap.url}/123`, 0, 1);
  await outbox.cancel("cancelled", environment, clock.now(), position);

  const client = new HeapClient({ timeoutMs: 1000, now: systemClock.now });
  const deliveries = new Deliveries({
    outbox,
    client,
    maxConcurrent: 1,
    settleMs: 0,
    timeoutMs: 1000,
    retentionMs: 1_000_000,
    rejectsTolerated: 0,
    clock,
    log: createLog("silent"),
    observe: () => undefined,
  });
  closing.unshift(async () => {
    await deliveries.stop();
    client.close();
  });
  return { heap, outbox, clock, deliveries };
}

it("drops after a restart what was under way", async () => {
  const { heap, outbox, clock, deliveries } = await cancelledBefore();
  await deliveries.resume();
  clock.advance(1000);
  expect(deliveries.records.get("cancelled")).toMatchObject({
    outcome: "cancelled",
    report: { sent: 0, dropped: 1 },
  });
  expect(await outbox.read(LOG, 0, 10)).toEqual([]);
  expect(heap.users("123").size).toBe(0);
});

it("does not start while that can't be dropped", async () => {
  const { outbox, deliveries } = await cancelledBefore();
  outbox.cancel = () => Promise.reject(new OutboxError("the action hub's disk is full"));
  await expect(deliveries.resume()).rejects.toEqual(
    new SetupError("What waits of a cancelled delivery can't be dropped: the action hub's disk is full."),
  );
});
