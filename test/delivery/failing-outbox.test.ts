/** A delivery whose rows can't be stored any more says how many were, whatever is still read. */

import { OutboxError } from "../../src/outbox";
import { outboxes } from "../helpers/open-outbox";
import { readingIn } from "../helpers/reading-in";
import { tempFolders } from "../helpers/temp-folders";
import { updateOf } from "../helpers/updates";

const newFolder = tempFolders();
const open = outboxes();

/** A delivery with so many rows on the disk, which takes no more. */
async function storedThenFull(rows: number) {
  const opened = open(newFolder());
  const { outbox, clock } = opened;
  const reading = await readingIn(opened);
  const read = (count: number) => {
    for (let row = 0; row < count; row++)
      reading.update(updateOf({ identity: `user.${row}`, properties: { a: 1 } }));
  };
  read(rows);
  clock.advance(2000);
  await reading.checkpoint();
  outbox.intake.append = () => Promise.reject(new OutboxError("the disk is full"));
  return { outbox, reading, clock, read };
}

it("counts no row that came after the last checkpoint", async () => {
  const { outbox, reading, clock, read } = await storedThenFull(3);
  read(2);
  clock.advance(2000);
  await expect(reading.checkpoint()).rejects.toThrow("the disk is full");
  expect(reading.read).toMatchObject({ rows: 3 });
  await reading.end({ truncated: false, messages: [] });
  expect(await outbox.records.get("d")).toMatchObject({
    report: { read: { rows: 3 }, end: { problem: "the disk is full" } },
  });
});

it("counts no row that comes while it turns out that nothing can be stored", async () => {
  const { outbox, reading, clock, read } = await storedThenFull(3);
  read(2);
  // The checkpoint that a timer asks for fails, and the next piece of the result is already there.
  clock.advance(2000);
  read(5);
  await expect(reading.checkpoint()).rejects.toThrow("the disk is full");
  read(5);
  await expect(reading.checkpoint()).rejects.toThrow("the disk is full");
  expect(reading.read).toMatchObject({ rows: 3 });
  await reading.end({ truncated: false, messages: [] });
  expect(await outbox.records.get("d")).toMatchObject({
    report: { read: { rows: 3 }, end: { problem: "the disk is full" } },
  });
});
