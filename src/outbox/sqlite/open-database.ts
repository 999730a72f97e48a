/** Opens the database in the data folder: for this process alone, checked, and at the version of this code. */

import { existsSync, mkdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Logger } from "pino";
import { errorCode } from "../../error-code";
import { SetupError } from "../../errors";
import type { DeliveryRow } from "../delivery-rows";
import { type Database, openSqlite } from "./driver";
import { quarantine } from "./quarantine";
import { MIGRATIONS } from "./schema";
import { prepareStatements, type Statements } from "./statements";
import type { Waiting } from "./waiting-batches";

const FILE = "outbox.sqlite3";
const LOCK = "lock.sqlite3";

/**
 * Most memory for pages of the database, in KiB; better-sqlite3 takes 16,000. Bodies go in and come out once, and what is
 * read again and again the system keeps too.
 */
const CACHE_KIB = 4096;

/** Pages that the database's own log may grow to before it is emptied into the file: 64 MB. */
const LOG_PAGES = 4096;

/** Source: https://www.sqlite.org/pragma.html#pragma_auto_vacuum */
const INCREMENTAL = 2;

/** A larger file is not read through at the start: on a slow disk it would take minutes. */
const CHECKED_BYTES = 1024 * 1024 * 1024;

interface Checked {
  database: Database;
  statements: Statements;
  /** Oldest first. */
  unfinished: DeliveryRow[];
  /** In the order in which they are to be sent. */
  waiting: Waiting[];
}

export interface OpenDatabase extends Checked {
  file: string;
  /** Whether there was one already. */
  existed: boolean;
  close(): void;
}

/** @throws SetupError when the folder can't be used, is another process's, or holds a newer version's data */
export function openDatabase(dataDir: string, log: Logger, now: () => number): OpenDatabase {
  const lock = lockFolder(dataDir);
  const file = path.join(dataDir, FILE);
  const existed = existsSync(file);
  try {
    const checked = openOrQuarantine(file, log, now);
    return {
      ...checked,
      file,
      existed,
      close() {
        checked.database.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

/**
 * An exclusive lock that dies with the process: a transaction left open on a file of its own. A pid file would
 * outlive a crash, and in a container every pid is 1.
 */
function lockFolder(dataDir: string): Database {
  let lock: Database | undefined;
  try {
    mkdirSync(dataDir, { recursive: true });
    lock = openSqlite(path.join(dataDir, LOCK), { timeout: 0 });
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    if (error instanceof SetupError) throw error;
    if (errorCode(error) === "SQLITE_BUSY") {
      throw new SetupError(
        `The data folder ${dataDir} is in use by another hub. Stop that one, or set DATA_DIR to another folder.`,
      );
    }
    throw new SetupError(
      `The data folder ${dataDir} can't be written (${errorCode(error)}). Set DATA_DIR to one that can.`,
    );
  }
}

/** A damaged file is never emptied: it is quarantined, for somebody to look at. */
function openOrQuarantine(file: string, log: Logger, now: () => number): Checked {
  try {
    return openChecked(file, log);
  } catch (error) {
    if (error instanceof SetupError) throw error;
    if (!isDamage(error)) {
      throw new SetupError(`${file} can't be opened (${errorCode(error)}).`);
    }
    const quarantined = quarantine(file, now());
    log.error(
      { movedTo: quarantined },
      "THE OUTBOX IS DAMAGED: it was quarantined and a new one begun; what it held is not sent",
    );
    return openChecked(file, log);
  }
}

function openChecked(file: string, log: Logger): Checked {
  // SQLite takes a file that lost its content for a new one.
  if (existsSync(file) && statSync(file).size === 0) throw damaged();
  const database = openSqlite(file);
  try {
    refuseNewer(database, file);
    if (versionOf(database) === 0) layOut(database);
    if (statSync(file).size > CHECKED_BYTES)
      log.info("the outbox is over 1 GB: it is not looked through for damage");
    else if (database.pragma("quick_check(1)", { simple: true }) !== "ok") throw damaged();
    if (!letsPagesLeave(database)) writeAnew(database, log);
    database.pragma("journal_mode = WAL");
    // better-sqlite3's build has WAL at NORMAL, which a power cut can undo.
    database.pragma("synchronous = FULL");
    database.pragma(`cache_size = -${CACHE_KIB}`);
    // Bodies that are sent and deleted before the log is emptied into the file are never copied into it.
    database.pragma(`wal_autocheckpoint = ${LOG_PAGES}`);
    // What a deleted row held does not linger in its page, nor in a free page that stays.
    database.pragma(`secure_delete = ${letsPagesLeave(database) ? "FAST" : "ON"}`);
    migrate(database);
    const statements = prepareStatements(database);
    // Damage in what the start is about to read shows here, also in a file that was not looked through.
    const unfinished = statements.readUnfinished();
    return { database, statements, unfinished, waiting: statements.readWaiting() };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Lets the pages that retention frees leave the file. A database takes it while it is empty, or is written anew. */
function layOut(database: Database): void {
  database.pragma("page_size = 16384");
  database.pragma(`auto_vacuum = ${INCREMENTAL}`);
}

function letsPagesLeave(database: Database): boolean {
  return database.pragma("auto_vacuum", { simple: true }) === INCREMENTAL;
}

/** A database that somebody has repaired need not be laid out as it was. The hub does without where there is no room. */
function writeAnew(database: Database, log: Logger): void {
  log.info("the outbox is written anew, so that what is deleted can leave its file: this may take minutes");
  try {
    // A journal is deleted when there is no room; WAL would keep what was written of it.
    database.pragma("journal_mode = DELETE");
    layOut(database);
    database.exec("VACUUM");
  } catch (error) {
    if (isDamage(error)) throw error;
    log.warn(
      { code: errorCode(error) },
      "the outbox could not be written anew: its file does not shrink; the next start tries again",
    );
  }
}

/** Before anything is written to it. */
function refuseNewer(database: Database, file: string): void {
  const version = versionOf(database);
  if (version <= MIGRATIONS.length) return;
  throw new SetupError(
    `${file} was written by a newer version of this hub (${version}, this one knows ${MIGRATIONS.length}). ` +
      "Run that version, or set DATA_DIR to another folder.",
  );
}

/** Writes nothing when nothing is to be done: beside a full disk too the hub starts, and sends what it has. */
function migrate(database: Database): void {
  const version = versionOf(database);
  if (version === MIGRATIONS.length) return;
  database.transaction(() => {
    for (const statements of MIGRATIONS.slice(version)) database.exec(statements);
    database.pragma(`user_version = ${MIGRATIONS.length}`);
  })();
}

function versionOf(database: Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}

function damaged(): Error {
  return Object.assign(new Error("the outbox is damaged"), { code: "SQLITE_CORRUPT" });
}

/** SQLite has several codes for it. Source: https://www.sqlite.org/rescode.html#corrupt */
function isDamage(error: unknown): boolean {
  const code = errorCode(error);
  return code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB";
}
