/** The outbox in SQLite. Every method that resolves has its work on the disk, but for `done` and `finish`. */

import type Database from "better-sqlite3";
import type { Logger } from "pino";
import type { Clock } from "../../clock";
import { errorCode } from "../../error-code";
import { type Batch, type LoggedBatch, logName } from "../batch";
import { type BatchOutcome, type Outbox, OutboxError, type RecordedSends, type StoredDelivery } from "../outbox";
import type { Reading } from "../report";
import type { Reject } from "../update";
import { DiskBudget } from "./disk-budget";
import { openDatabase } from "./open-database";
import { prepareStatements, type Statements } from "./statements";

export interface SqliteOutboxOptions {
  dataDir: string;
  /** Most bytes that may wait for Heap. */
  maxBytes: number;
  clock: Clock;
  log: Logger;
}

/** What is through is written down together with what is through soon after, in milliseconds. */
const GROUP_MS = 50;

/** How often a full outbox is looked at again, in milliseconds. */
const ROOM_CHECK_MS = 500;

export class SqliteOutbox implements Outbox {
  private readonly database: Database.Database;
  private readonly statements: Statements;
  private readonly budget: DiskBudget;
  private readonly hadHub: boolean;
  private readonly closeDatabase: () => void;
  /** Bytes of the bodies that wait. */
  private waitingBytes: number;
  /** What is through and not yet written down. */
  private through: (() => void)[] = [];
  private cancelFlush: (() => void) | undefined;
  private closed = false;

  /** @throws SetupError when the data folder can't be used */
  constructor(private readonly options: SqliteOutboxOptions) {
    const { dataDir, maxBytes, clock, log } = options;
    const { database, existed, close } = openDatabase(dataDir, log, clock.now);
    this.database = database;
    this.closeDatabase = close;
    this.hadHub = existed;
    this.statements = prepareStatements(database);
    this.budget = new DiskBudget(dataDir, maxBytes, clock.now);
    this.waitingBytes = this.statements.waitingBytes();
  }

  async begin(delivery: StoredDelivery): Promise<void> {
    this.store(() => this.statements.insertDelivery(delivery));
  }

  async append(
    delivery: string,
    reading: Reading,
    batches: readonly Batch[],
    rejects: readonly Reject[],
  ): Promise<void> {
    const { statements } = this;
    this.store(() => {
      statements.updateReading(delivery, reading);
      for (const batch of batches) statements.insertBatch(logName(batch.environment), batch);
      for (const reject of rejects) statements.insertReject(delivery, reject);
    });
    for (const batch of batches) this.waitingBytes += batch.body.length;
  }

  async read(log: string, after: number, limit: number): Promise<LoggedBatch[]> {
    return this.statements.readBatches(log, after, limit);
  }

  async body(position: number): Promise<Buffer> {
    return this.statements.readBody(position);
  }

  done(batch: LoggedBatch, { sent, refusals }: BatchOutcome): void {
    const { statements } = this;
    this.writeSoon(() => {
      const bytes = statements.deleteBatch(batch.position);
      statements.addOutcome(batch.delivery, sent, refusals.length);
      for (const refusal of refusals) statements.insertReject(batch.delivery, refusal);
      this.waitingBytes -= bytes;
    });
  }

  finish(delivery: string, at: number): void {
    this.writeSoon(() => this.statements.finishDelivery(delivery, at));
  }

  async recordSend(log: string, at: number, hashes: Uint32Array): Promise<void> {
    this.store(() => this.statements.insertSend(log, at, hashes));
  }

  async recordedSends(log: string, since: number): Promise<RecordedSends> {
    this.statements.deleteSends(since);
    return { hashes: this.statements.readSends(log), hadHub: this.hadHub };
  }

  async unfinished(): Promise<StoredDelivery[]> {
    return this.statements.readUnfinished();
  }

  problem(): string | undefined {
    return this.budget.problem(this.waitingBytes);
  }

  whenRoom(): Promise<void> | undefined {
    if (this.problem() === undefined) return undefined;
    return new Promise((resolve) => {
      const look = () => {
        if (this.closed || this.problem() === undefined) resolve();
        else this.options.clock.after(ROOM_CHECK_MS, look);
      };
      this.options.clock.after(ROOM_CHECK_MS, look);
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.flush();
    this.closed = true;
    this.closeDatabase();
  }

  /** @throws OutboxError when SQLite can't store it: then nothing of it is stored */
  private store(work: () => void): void {
    try {
      this.database.transaction(work)();
    } catch (error) {
      this.options.log.error({ code: errorCode(error) }, "the outbox can't be written");
      throw new OutboxError(
        errorCode(error) === "SQLITE_FULL"
          ? "the action hub's disk is full"
          : `the action hub can't store what it reads (${errorCode(error)})`,
      );
    }
  }

  private writeSoon(work: () => void): void {
    this.through.push(work);
    this.cancelFlush ??= this.options.clock.after(GROUP_MS, () => this.flush());
  }

  /** What can't be written now is tried again: until then a restart would send it once more, which is no harm. */
  private flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = undefined;
    if (this.closed || this.through.length === 0) return;
    const work = this.through;
    this.through = [];
    const before = this.waitingBytes;
    try {
      this.database.transaction(() => {
        for (const each of work) each();
      })();
    } catch (error) {
      this.options.log.error({ code: errorCode(error) }, "the outbox can't be written");
      this.waitingBytes = before;
      this.through = [...work, ...this.through];
      this.cancelFlush = this.options.clock.after(ROOM_CHECK_MS, () => this.flush());
    }
  }
}
