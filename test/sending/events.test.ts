/** Events are sent within Heap's limits of a minute, in time that is moved by hand. */

import { BatchWriter } from "../../src/batches/batch-writer";
import type { NewDelivery } from "../../src/outbox";
import { newDelivery, readOf } from "../helpers/new-delivery";
import { type SendingWorld, sendingWorlds } from "../helpers/sending-world";
import { simulateTimers } from "../helpers/simulated-timers";
import { tempFolders } from "../helpers/temp-folders";
import { updateFrom } from "../helpers/updates";

simulateTimers();

const start = sendingWorlds();
const newFolder = tempFolders();
const ENVIRONMENT = { id: "123", host: "http://heap" };

/** A delivery of events, one after the other of each of some users of its own. */
async function put(
  { outbox }: SendingWorld,
  events: number,
  users: number,
  id = "events",
): Promise<NewDelivery> {
  const delivery = newDelivery(id, {}, { environment: ENVIRONMENT, kind: "event" });
  await outbox.intake.begin(delivery);
  const writer = new BatchWriter(delivery);
  for (let row = 1; row <= events; row++)
    writer.add(updateFrom(`${id} ${row % users}`, `"event":"e${row}","properties":{`, row));
  const end = { truncated: false, messages: [] };
  const read = readOf({ rows: events });
  await outbox.intake.append(delivery, { collected: writer.takeAll(), read, rejects: [], end });
  return delivery;
}

/** How many events of a delivery Heap has. */
async function sentOf({ outbox }: SendingWorld, id = "events"): Promise<number> {
  return (await outbox.records.get(id))?.report.sent ?? 0;
}

it("an environment has 15,000 in any minute", async () => {
  const world = await start();
  await put(world, 20_000, 500);
  await world.pass(59_000);
  expect(await sentOf(world)).toBe(15_000);
  await world.pass(2000);
  expect(await sentOf(world)).toBe(20_000);
});

it("a restart forgets none of them", async () => {
  const folder = newFolder();
  const before = await start({}, folder);
  await put(before, 20_000, 500);
  await before.pass(0);
  expect(await sentOf(before)).toBe(15_000);
  const stopped = before.sending.stop();
  await before.pass(0);
  await stopped;
  await before.outbox.upkeep.close();

  const after = await start({}, folder);
  await after.sending.start();
  await after.pass(59_000);
  expect(await sentOf(after)).toBe(15_000);
  await after.pass(2000);
  expect(await sentOf(after)).toBe(20_000);
});

it("an identity has 1000 in any minute, and holds up nobody else's", async () => {
  const world = await start();
  await put(world, 2000, 1);
  await put(world, 500, 100, "others");
  await world.pass(59_000);
  expect([await sentOf(world), await sentOf(world, "others")]).toEqual([1000, 500]);
  await world.pass(2000);
  expect(await sentOf(world)).toBe(2000);
});

it("properties do not wait while events do", async () => {
  const world = await start();
  await put(world, 16_000, 500);
  await world.pass(0);
  await world.put("123", "events 1");
  await world.pass(0);
  expect(await sentOf(world)).toBe(15_000);
  expect((await world.outbox.records.find({}, 0, 10)).deliveries.map(({ report }) => report.sent)).toContain(
    1,
  );
});
