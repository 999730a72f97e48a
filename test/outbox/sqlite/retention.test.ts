/** What is past its retention is gone for good: personal data does not linger in any file. */

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Outbox } from "../../../src/outbox";
import { openSqlite } from "../../../src/outbox/sqlite/driver";
import { filesWith } from "../../helpers/folder-bytes";
import { collectedOf, done, inLog, leaseOf, newDelivery, readOf, WHOLE } from "../../helpers/new-delivery";
import { outboxes } from "../../helpers/open-outbox";
import { mountSmallDisk } from "../../helpers/small-disk";
import { tempFolders } from "../../helpers/temp-folders";
import { until } from "../../helpers/until";

const newFolder = tempFolders();
const open = outboxes();

const FILE = "outbox.sqlite3";

const USERS = 3000;

/** Users of whom every one, and every value, can be found again by a name. */
function usersCalled(name: string) {
  return Array.from({ length: USERS }, (_, at) => ({
    identity: `${name}.${at}@example.com`,
    properties: { Note: `${name} wrote this. `.repeat(20) },
  }));
}

/** Puts them into the log, in batches as they are sent; one row was never sendable. */
async function deliver(outbox: Outbox, delivery: string, name: string): Promise<void> {
  const begun = newDelivery(delivery);
  await outbox.intake.begin(begun);
  const reject = { row: 4000, identity: `${name}.unsendable@example.com`, reason: "too long" };
  const users = usersCalled(name);
  const thousands = [0, 1, 2].map((at) => users.slice(1000 * at, 1000 * (at + 1)));
  const collected = collectedOf(...thousands);
  await outbox.intake.append(begun, {
    ...{ collected, read: readOf({ rows: USERS + 1, rejected: 1 }), rejects: [reject], end: WHOLE },
  });
}

/** The first of each batch is refused. What is in the log is finished then. */
async function send(outbox: Outbox, name: string): Promise<void> {
  for (const batch of await inLog(outbox)) {
    const record = JSON.stringify({ identity: `${name}.refused@example.com`, properties: {} });
    const refusal = {
      row: batch.rows[0] ?? 0,
      identity: `${name}.refused@example.com`,
      reason: "no",
      record,
    };
    await done(outbox, batch, { refusals: [refusal] });
  }
  // A turn later it is on the disk.
  await nextTurn();
}

it("leaves nothing of what was finished before a time, and the file shrinks", async () => {
  const folder = newFolder();
  const { outbox, clock } = open(folder);
  await deliver(outbox, "old", "mallory");
  await send(outbox, "mallory");
  clock.advance(2000);
  expect(filesWith(folder, "mallory")).not.toEqual([]);
  await outbox.upkeep.forget(clock.now() - 1000);
  expect(filesWith(folder, "mallory")).toEqual([]);
  expect(statSync(path.join(folder, FILE)).size).toBeLessThan(300_000);
});

it("keeps what was finished later, with its rejects, and what is not finished at all", async () => {
  const folder = newFolder();
  const { outbox, clock } = open(folder);
  await deliver(outbox, "old", "mallory");
  await send(outbox, "mallory");
  clock.advance(2000);
  await deliver(outbox, "recent", "alice");
  await send(outbox, "alice");
  await deliver(outbox, "open", "bob");
  await outbox.upkeep.forget(clock.now() - 1000);

  expect(filesWith(folder, "mallory")).toEqual([]);
  expect(filesWith(folder, "alice.unsendable@example.com")).not.toEqual([]);
  expect((await outbox.records.unfinished()).map(({ id }) => id)).toEqual(["open"]);
  expect(await inLog(outbox)).toHaveLength(3);
  expect(await outbox.records.sendAgain("old")).toBeUndefined();
  expect(await outbox.records.sendAgain("recent")).toMatchObject({ id: "recent", report: { refused: 0 } });
});

it("leaves nothing of bodies that were sent, although their delivery is kept", async () => {
  const folder = newFolder();
  const { outbox } = open(folder);
  await deliver(outbox, "recent", "alice");
  await send(outbox, "alice");
  await outbox.upkeep.forget(2000);
  expect(filesWith(folder, "alice wrote this")).toEqual([]);
});

it("waits for nobody who reads the database, and empties its log when they have gone", async () => {
  const folder = newFolder();
  const { outbox, clock } = open(folder);
  await deliver(outbox, "recent", "alice");
  await send(outbox, "alice");
  const reader = openSqlite(path.join(folder, FILE));
  reader.exec("BEGIN; SELECT * FROM deliveries");
  await outbox.upkeep.forget(2000);
  expect(filesWith(folder, "alice wrote this")).toEqual([`${FILE}-wal`]);
  reader.close();
  clock.advance(10_000);
  await until(() => filesWith(folder, "alice wrote this").length === 0);
  expect(clock.waiting).toBe(0);
});

describe("a database that somebody has written anew in another layout", () => {
  /** One whose delivery `old` is of users called `mallory`. */
  async function repaired(folder: string): Promise<string> {
    const { outbox } = open(folder);
    await deliver(outbox, "old", "mallory");
    await outbox.upkeep.close();
    const file = path.join(folder, FILE);
    const database = openSqlite(file);
    database.pragma("auto_vacuum = NONE");
    database.exec("VACUUM");
    database.close();
    return file;
  }

  async function forgetAll(outbox: Outbox): Promise<void> {
    await send(outbox, "mallory");
    await outbox.upkeep.forget(Number.MAX_SAFE_INTEGER);
  }

  it("is laid out as the hub does, which the log says, and keeps nothing", async () => {
    const folder = newFolder();
    const file = await repaired(folder);
    const { outbox, lines } = open(folder);
    await forgetAll(outbox);
    expect(lines).toMatchObject([{ level: 30, msg: expect.stringContaining("the outbox is written anew") }]);
    expect(filesWith(folder, "mallory")).toEqual([]);
    expect(statSync(file).size).toBeLessThan(300_000);
  });

  it("is used as it is beside a full disk, and keeps nothing either", async () => {
    const disk = mountSmallDisk(newFolder(), 16);
    if (!disk) return;
    try {
      await repaired(disk.folder);
      // The database's index of its own log takes 32 KB.
      disk.leave(0.125);
      const { outbox, lines } = open(disk.folder);
      expect(lines.slice(1)).toMatchObject([
        { level: 40, code: "SQLITE_FULL", msg: expect.stringContaining("could not be written anew") },
      ]);
      expect(await outbox.records.unfinished()).toMatchObject([{ id: "old" }]);
      disk.leave(16);
      await forgetAll(outbox);
      expect(filesWith(disk.folder, "mallory")).toEqual([]);
      await outbox.upkeep.close();
    } finally {
      disk.unmount();
    }
  });
});

it("leaves nothing of identities that were recorded as sent long ago", async () => {
  const folder = newFolder();
  const { outbox, clock } = open(folder);
  const lease = await leaseOf(outbox);
  await outbox.logs.recordSend(lease, Int32Array.of(1));
  clock.advance(2 * 3_600_000);
  await outbox.upkeep.forget(0);
  expect(await outbox.logs.recordedSends(lease, 3 * 3_600_000)).toEqual([]);
});

describe("a damaged database that was quarantined", () => {
  /** One that was quarantined in the first moment of 2025, with its WAL. */
  function quarantined() {
    const folder = newFolder();
    for (const ending of ["", "-wal"]) {
      writeFileSync(path.join(folder, `${FILE}${ending}`), "mallory wrote this. ".repeat(1000));
    }
    const { outbox, lines } = open(folder);
    expect(lines).toMatchObject([{ level: 50 }]);
    return { folder, outbox, lines };
  }

  const MOVED_AT = Date.UTC(2025, 0, 1);
  const NAME = `${FILE}.damaged-2025-01-01T00-00-00.000Z`;

  it("is deleted when its time has come, which the log says", async () => {
    const { folder, outbox, lines } = quarantined();
    const files = filesWith(folder, "mallory");
    expect(files).toContain(NAME);
    await outbox.upkeep.forget(MOVED_AT + 1);
    expect(filesWith(folder, "mallory")).toEqual([]);
    const deleted = lines.slice(1).map(({ level, deleted }) => ({ level, deleted }));
    expect(deleted).toEqual(files.map((name) => ({ level: 40, deleted: path.join(folder, name) })));
  });

  it("keeps nothing else from being deleted when it can't be, which the log says", async () => {
    const { folder, outbox, lines } = quarantined();
    await deliver(outbox, "old", "mallory");
    await send(outbox, "mallory");
    const folderOfThatName = path.join(folder, `${FILE}.damaged-2024-12-31T00-00-00.000Z`);
    mkdirSync(folderOfThatName);
    await outbox.upkeep.forget(MOVED_AT + 1);
    const files = readdirSync(folder).filter((name) => statSync(path.join(folder, name)).isFile());
    expect(files.filter((name) => readFileSync(path.join(folder, name)).includes("mallory"))).toEqual([]);
    expect(lines.filter(({ level }) => level === 50).slice(1)).toMatchObject([
      { at: folderOfThatName, code: "ERR_FS_EISDIR", msg: expect.stringContaining("can't be deleted") },
    ]);
  });

  it("is kept until then, as are files of other names", async () => {
    const { folder, outbox, lines } = quarantined();
    const others = [
      `${FILE}.damaged-keep`,
      `${FILE}.damaged-copy-2`,
      `${FILE}.damaged-1`,
      `${FILE}.damaged-2024-01-01`,
      `${FILE}.damaged-2024-01-01T00-00-00.000Z.gz`,
      `copy-of-${FILE}.damaged-2024-01-01T00-00-00.000Z`,
    ];
    for (const name of others) writeFileSync(path.join(folder, name), "");
    await outbox.upkeep.forget(MOVED_AT);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining([NAME, ...others]));
    await outbox.upkeep.forget(MOVED_AT + 1);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(others));
    expect(lines.filter(({ level }) => level === 50)).toHaveLength(1);
  });
});
