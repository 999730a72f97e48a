/** What is past its retention is gone for good: personal data does not linger in any file. */

import { statSync } from "node:fs";
import path from "node:path";
import type { Outbox } from "../../../src/delivery/outbox";
import { filesWith } from "../../helpers/folder-bytes";
import { outboxes } from "../../helpers/open-outbox";
import { batchesOf, LOG, storedDelivery } from "../../helpers/stored-delivery";
import { tempFolders } from "../../helpers/temp-folders";

const newFolder = tempFolders();
const open = outboxes();

const USERS = 3000;

/** Users of whom every one, and every value, can be found again by a name. */
function usersCalled(name: string) {
  return Array.from({ length: USERS }, (_, at) => ({
    identity: `${name}.${at}@example.com`,
    properties: { Note: `${name} wrote this. `.repeat(20) },
  }));
}

/** Delivers them: half are sent, the first of a batch is refused, one row was never sendable. */
async function deliver(outbox: Outbox, delivery: string, name: string): Promise<void> {
  await outbox.begin(storedDelivery(delivery));
  const reject = { row: 4000, identity: `${name}.unsendable@example.com`, reason: "too long" };
  await outbox.append(delivery, storedDelivery(delivery).reading, batchesOf(delivery, usersCalled(name)), [
    reject,
  ]);
}

async function send(outbox: Outbox, name: string): Promise<void> {
  for (const batch of await outbox.read(LOG, 0, 100)) {
    const record = JSON.stringify({ identity: `${name}.refused@example.com`, properties: {} });
    const refusal = {
      row: batch.rows[0] ?? 0,
      identity: `${name}.refused@example.com`,
      reason: "no",
      record,
    };
    outbox.done(batch, { sent: batch.rows.length - 1, refusals: [refusal] });
  }
}

it("leaves nothing of what was finished before a time, and the file shrinks", async () => {
  const folder = newFolder();
  const { outbox, clock } = open(folder);
  await deliver(outbox, "old", "mallory");
  await send(outbox, "mallory");
  await outbox.finish("old", storedDelivery("old").reading, clock.now() - 2000);
  expect(filesWith(folder, "mallory")).not.toEqual([]);
  await outbox.forget(clock.now() - 1000);
  expect(filesWith(folder, "mallory")).toEqual([]);
  expect(statSync(path.join(folder, "outbox.sqlite3")).size).toBeLessThan(300_000);
});

it("keeps what was finished later, with its rejects, and what is not finished at all", async () => {
  const folder = newFolder();
  const { outbox } = open(folder);
  await deliver(outbox, "old", "mallory");
  await send(outbox, "mallory");
  await outbox.finish("old", storedDelivery("old").reading, 1000);
  await deliver(outbox, "recent", "alice");
  await send(outbox, "alice");
  await outbox.finish("recent", storedDelivery("recent").reading, 3000);
  await deliver(outbox, "open", "bob");
  await outbox.forget(2000);

  expect(filesWith(folder, "mallory")).toEqual([]);
  expect(filesWith(folder, "alice.unsendable@example.com")).not.toEqual([]);
  expect((await outbox.unfinished()).map(({ id, batchesLeft }) => ({ id, batchesLeft }))).toEqual([
    { id: "open", batchesLeft: (await outbox.read(LOG, 0, 100)).length },
  ]);
  expect(await outbox.sendAgain("old")).toBeUndefined();
  expect(await outbox.sendAgain("recent")).toMatchObject({ id: "recent", refused: 0 });
});

it("leaves nothing of bodies that were sent, although their delivery is kept", async () => {
  const folder = newFolder();
  const { outbox } = open(folder);
  await deliver(outbox, "recent", "alice");
  await send(outbox, "alice");
  await outbox.finish("recent", storedDelivery("recent").reading, 3000);
  await outbox.forget(2000);
  expect(filesWith(folder, "alice wrote this")).toEqual([]);
});
