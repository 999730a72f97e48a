/** A disk that fills up: a clear failure, and what was stored stays good. */

import { type Outbox, OutboxError } from "../../../src/outbox";
import { copyAsKilled } from "../../helpers/folder-bytes";
import {
  append as appendUsers,
  done,
  inLog,
  newDelivery,
  usersInLog,
  WHOLE,
} from "../../helpers/new-delivery";
import { outboxes } from "../../helpers/open-outbox";
import { mountSmallDisk, type SmallDisk } from "../../helpers/small-disk";
import { tempFolders } from "../../helpers/temp-folders";

// In this order, so that after a test the outbox is closed, then the disk unmounted, then its folder deleted.
const open = outboxes();
let disk: SmallDisk | undefined;
beforeEach(() => {
  disk = mountSmallDisk(newFolder(), 8);
});
afterEach(() => disk?.unmount());
const newFolder = tempFolders();

const D = newDelivery("d");

const FULL = "the action hub's disk is full";

/** About half a megabyte, whose only user is this one. */
function append(outbox: Outbox, user: number): Promise<unknown> {
  return appendUsers(outbox, D, [{ identity: `user.${user}`, properties: { Text: "x".repeat(500_000) } }]);
}

/** @returns how many were taken, and why no more was */
async function appendUntilFull(outbox: Outbox): Promise<{ taken: number; error: unknown }> {
  for (let taken = 0; ; taken++) {
    try {
      await append(outbox, taken + 1);
    } catch (error) {
      return { taken, error };
    }
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof OutboxError ? error.message : String(error);
}

/** The numbers of the users in the log. */
async function stored(outbox: Outbox): Promise<number[]> {
  return (await usersInLog(outbox)).flat().map(({ identity }) => Number(identity.split(".")[1]));
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

it("refuses what does not fit, and keeps what was stored", async () => {
  if (!disk) return;
  const { outbox } = open(disk.folder);
  await outbox.intake.begin(D);
  const { taken, error } = await appendUntilFull(outbox);
  expect(taken).toBeGreaterThan(2);
  expect(sentenceOf(error)).toBe(FULL);
  expect(await stored(outbox)).toEqual(upTo(taken));
  expect(await outbox.records.unfinished()).toMatchObject([{ report: { read: { rows: taken } } }]);
});

it("still holds everything when the hub is started again beside a full disk", async () => {
  if (!disk) return;
  const { outbox } = open(disk.folder);
  await outbox.intake.begin(D);
  const { taken } = await appendUntilFull(outbox);
  const survivor = open(copyAsKilled(disk.folder, newFolder())).outbox;
  expect(await stored(survivor)).toEqual(upTo(taken));
  expect(await survivor.records.unfinished()).toMatchObject([{ report: { read: { rows: taken } } }]);
});

it("starts without any room left on the disk after it was killed", async () => {
  if (!disk) return;
  const folder = newFolder();
  const { outbox } = open(folder);
  await outbox.intake.begin(D);
  await append(outbox, 1);
  copyAsKilled(folder, disk.folder);
  disk.fill();
  const survivor = open(disk.folder).outbox;
  expect(await stored(survivor)).toEqual([1]);
  expect(await survivor.records.unfinished()).toMatchObject([{ id: "d" }]);
});

it("takes what comes after somebody else's files have made room", async () => {
  if (!disk) return;
  const { outbox } = open(disk.folder);
  await outbox.intake.begin(D);
  await append(outbox, 1);
  disk.fill();
  const { taken, error } = await appendUntilFull(outbox);
  expect(sentenceOf(error)).toBe(FULL);
  disk.free();
  await append(outbox, 100);
  expect(await stored(outbox)).toEqual([1, ...upTo(taken), 100]);
});

it("remembers what was done while nothing could be written", async () => {
  if (!disk) return;
  const { outbox, clock } = open(disk.folder);
  await outbox.intake.begin(D);
  await append(outbox, 1);
  await append(outbox, 2);
  disk.fill();
  const [batch] = await inLog(outbox);
  await done(outbox, batch);
  clock.advance(5000);
  disk.free();
  clock.advance(1000);
  const survivor = open(copyAsKilled(disk.folder, newFolder())).outbox;
  expect(await stored(survivor)).toEqual([2]);
  expect(await survivor.records.unfinished()).toMatchObject([{ report: { sent: 1 } }]);
});

it("closes a delivery that was finished while nothing could be written, as soon as there is room", async () => {
  if (!disk) return;
  const { outbox, clock } = open(disk.folder);
  await outbox.intake.begin(D);
  await append(outbox, 1);
  await appendUsers(outbox, D, [], WHOLE);
  disk.fill();
  const [batch] = await inLog(outbox);
  await done(outbox, batch);
  expect(await outbox.records.get("d")).toMatchObject({ outcome: "delivered" });
  // It is tried now and then meanwhile.
  clock.advance(5000);
  disk.free();
  clock.advance(1000);
  const survivor = open(copyAsKilled(disk.folder, newFolder())).outbox;
  expect(await survivor.records.unfinished()).toEqual([]);
  expect(await stored(survivor)).toEqual([]);
});

it("tries nothing any more once it is closed", async () => {
  if (!disk) return;
  const { outbox, clock, lines } = open(disk.folder);
  await outbox.intake.begin(D);
  disk.fill();
  void outbox.intake.endLater("d", WHOLE);
  await outbox.upkeep.close();
  const logged = lines.length;
  expect(clock.waiting).toBe(0);
  clock.advance(60_000);
  expect(lines).toHaveLength(logged);
});

it("takes nothing new while little room is left on the disk", async () => {
  if (!disk) return;
  const { outbox } = open(disk.folder);
  expect(await outbox.intake.problem()).toBe("the action hub's disk is nearly full");
});
