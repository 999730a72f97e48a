/** What was being cancelled when the hub stopped stays cancelled. */

import { systemClock } from "../../src/clock";
import { Deliveries } from "../../src/delivery";
import { HeapClient } from "../../src/heap";
import { createLog } from "../../src/log";
import { startStandInHeap } from "../../stand-ins/heap";
import { deliverUsers, leaseOf, newDelivery } from "../helpers/new-delivery";
import { outboxes } from "../helpers/open-outbox";
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
  const delivery = newDelivery("cancelled", {}, { environment });
  await deliverUsers(outbox, delivery, [{ identity: "ann", properties: { Plan: "Team" } }]);
  await outbox.records.cancel("cancelled", clock.now());

  const client = new HeapClient({ timeoutMs: 1000, now: systemClock.now });
  const deliveries = new Deliveries({
    outbox,
    client,
    maxConcurrent: 1,
    settleMs: 0,
    timeoutMs: 1000,
    retentionMs: 1_000_000,
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
  const kept = () => outbox.records.get("cancelled");
  while ((await kept())?.finishedAt === undefined) clock.advance(1000);
  expect(await kept()).toMatchObject({ outcome: "cancelled", report: { sent: 0, dropped: 1 } });
  clock.advance(1000);
  const lease = await leaseOf(outbox, { id: "123", host: heap.url });
  expect(await outbox.logs.read(lease, 0, 10)).toEqual([]);
  expect(heap.users("123").size).toBe(0);
});
