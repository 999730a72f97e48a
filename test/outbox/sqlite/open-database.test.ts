/** The database opens safe, for one process at a time, and is never silently emptied. */

import {
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { SetupError } from "../../../src/errors";
import { openSqlite } from "../../../src/outbox/sqlite/driver";
import { openDatabase } from "../../../src/outbox/sqlite/open-database";
import { copyAsKilled, filesWith } from "../../helpers/folder-bytes";
import { HubProcess } from "../../helpers/hub-process";
import { collectLog } from "../../helpers/log-lines";
import { append, inLog, newDelivery } from "../../helpers/new-delivery";
import { outboxes } from "../../helpers/open-outbox";
import { tempFolders } from "../../helpers/temp-folders";

const newFolder = tempFolders();
const open = outboxes();

const FILE = "outbox.sqlite3";

function usersCalled(name: string, count: number) {
  return Array.from({ length: count }, (_, at) => ({
    identity: `${name}.${at}@example.com`,
    properties: { Note: `${name} wrote this.`.repeat(10) },
  }));
}

describe("durability", () => {
  it("syncs every commit to the disk: WAL with synchronous FULL", () => {
    const { database, close } = openDatabase(newFolder(), collectLog().log, Date.now);
    expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
    expect(database.pragma("synchronous", { simple: true })).toBe(2);
    close();
  });

  it("can give free pages back and overwrites what is deleted", () => {
    const { database, close } = openDatabase(newFolder(), collectLog().log, Date.now);
    expect(database.pragma("auto_vacuum", { simple: true })).toBe(2);
    expect(database.pragma("secure_delete", { simple: true })).not.toBe(0);
    close();
  });
});

it("refuses the database of a newer version with a sentence, and leaves it as it is", () => {
  const folder = newFolder();
  const { database, close } = openDatabase(folder, collectLog().log, Date.now);
  database.pragma("user_version = 99");
  close();
  expect(() => openDatabase(folder, collectLog().log, Date.now)).toThrow(
    /was written by a newer version of this hub \(99, this one knows \d+\)\. Run that version, or set DATA_DIR/,
  );
  expect(userVersion(path.join(folder, FILE))).toBe(99);
});

/** Source: https://www.sqlite.org/fileformat.html#the_database_header */
function userVersion(file: string): number {
  return readFileSync(file).readUInt32BE(60);
}

const D = newDelivery("d");

describe("a damaged database", () => {
  /** A folder as a killed hub leaves it: users called `stored` in the file, `logged` in its WAL only. */
  async function leftByKilledHub(): Promise<string> {
    const folder = newFolder();
    const before = open(folder).outbox;
    await before.intake.begin(D);
    await append(before, D, usersCalled("stored", 3000));
    await before.upkeep.close();
    const { outbox } = open(folder);
    await append(outbox, D, usersCalled("logged", 5));
    const killed = copyAsKilled(folder, newFolder());
    expect(filesWith(killed, "logged.1@example.com")).toEqual([`${FILE}-wal`]);
    return killed;
  }

  function damage(folder: string, at: number, bytes: number): void {
    writeSync(openSync(path.join(folder, FILE), "r+"), Buffer.alloc(bytes, 0xa5), 0, bytes, at);
  }

  /**
   * Opens it, and expects that it begins anew, loudly, with everything else kept beside it.
   * @param earlier lines of the log that come first
   */
  async function expectQuarantined(folder: string, earlier = 0): Promise<void> {
    const { outbox, lines } = open(folder);
    const [line, ...more] = lines.slice(earlier);
    expect(line).toMatchObject({ level: 50, msg: expect.stringContaining("THE OUTBOX IS DAMAGED") });
    expect(more).toEqual([]);
    expect(line?.["movedTo"]).toMatch(/outbox\.sqlite3\.damaged-/);
    expect(statSync(String(line?.["movedTo"])).size).toBeGreaterThan(0);

    expect(await outbox.records.unfinished()).toEqual([]);
    await outbox.intake.begin(newDelivery("new"));
    await append(outbox, newDelivery("new"), usersCalled("new", 1));
    expect(await inLog(outbox)).toHaveLength(1);
  }

  const damagedFiles = (folder: string, text: string) =>
    filesWith(folder, text).filter((name) => name.startsWith(`${FILE}.damaged-`));

  it("is quarantined when it is not a database at all", async () => {
    const folder = newFolder();
    writeFileSync(path.join(folder, FILE), "Somebody put a letter here. ".repeat(1000));
    await expectQuarantined(folder);
    expect(damagedFiles(folder, "Somebody put a letter here")).toHaveLength(1);
  });

  it("is quarantined with its WAL when pages in its middle are overwritten", async () => {
    const folder = await leftByKilledHub();
    const size = statSync(path.join(folder, FILE)).size;
    damage(folder, Math.floor(size / 3), Math.floor(size / 3));
    await expectQuarantined(folder);
    expect(damagedFiles(folder, "stored.1@example.com")).not.toEqual([]);
    expect(damagedFiles(folder, "logged.1@example.com")).not.toEqual([]);
  });

  it.each(["batches", "deliveries"])(
    "is quarantined when its %s can't be read, although it is too large to be looked through",
    async (table) => {
      const folder = newFolder();
      const { outbox } = open(folder);
      await outbox.intake.begin(D);
      if (table === "batches") await append(outbox, D, usersCalled("stored", 5));
      await outbox.upkeep.close();
      const database = openSqlite(path.join(folder, FILE));
      const root = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").pluck().get(table);
      const page = Number(database.pragma("page_size", { simple: true }));
      database.close();
      damage(folder, (Number(root) - 1) * page, page);
      // Nothing is written between, so it takes no room.
      truncateSync(path.join(folder, FILE), 2 * 1024 ** 3);
      await expectQuarantined(folder, 1);
    },
  );

  it("is kept apart from one that was quarantined before", async () => {
    const folder = newFolder();
    let time = Date.UTC(2025, 0, 1);
    for (const text of ["first", "second"]) {
      writeFileSync(path.join(folder, FILE), `The ${text} letter. `.repeat(1000));
      openDatabase(folder, collectLog().log, () => ++time).close();
    }
    expect(readdirSync(folder).filter((name) => name.includes("damaged"))).toHaveLength(2);
  });
});

describe("the lock", () => {
  it("refuses a second hub in the same process", () => {
    const folder = newFolder();
    open(folder);
    expect(() => open(folder)).toThrow(/is in use by another hub\. Stop that one, or set DATA_DIR/);
  });

  it("refuses a second process with a sentence and exit code 2", async () => {
    const folder = newFolder();
    open(folder);
    const { code, errors } = await HubProcess.start({ DATA_DIR: folder }).exit;
    expect(code).toBe(2);
    expect(errors).toBe(
      `Error: The data folder ${folder} is in use by another hub. Stop that one, or set DATA_DIR to another folder.\n`,
    );
  });

  it("dies with the process that held it", async () => {
    const folder = newFolder();
    const hub = await HubProcess.start({ DATA_DIR: folder }).whenReady();
    expect(() => open(folder)).toThrow(SetupError);
    await hub.kill();
    expect(await open(folder).outbox.records.unfinished()).toEqual([]);
  });

  it("is given back when the outbox is closed", async () => {
    const folder = newFolder();
    await open(folder).outbox.upkeep.close();
    expect(() => open(folder)).not.toThrow();
  });
});

it("says that a folder which can't be written is one", () => {
  const file = path.join(newFolder(), "file");
  writeFileSync(file, "");
  expect(() => open(path.join(file, "data"))).toThrow(/can't be written \(\w+\)\. Set DATA_DIR/);
});
