/** The outbox in SQLite. Every method that resolves has its work on the disk, but for `done` and `finish`. */

import type { Logger } from "pino";
import type { Clock } from "../../clock";
import { type Batch, type LoggedBatch, logName } from "../batch";
import type { BatchOutcome, Outbox, RecordedSends, StoredDelivery } from "../outbox";
import type { Reading } from "../report";
import type { Reject } from "../update";
import { DiskBudget } from "./disk-budget";
import { GroupCommit } from "./group-commit";
import { openDatabase } from "./open-database";
import { prepareStatements, type Statements } from "./statements";

export interface SqliteOutboxOptions {
  dataDir: string;
  /** Most bytes that may wait for Heap. */
  maxBytes: number;
  clock: Clock;
  log: Logger;
}

/** How often a full outbox is looked at again, in milliseconds. */
const ROOM_CHECK_MS = 500;

export class SqliteOutbox implements Outbox {
  private readonly statements: Statements;
  private readonly writes: GroupCommit;
  private readonly budget: DiskBudget;
  private readonly hadHub: boolean;
  private readonly closeDatabase: () => void;
  /** Bytes of the bodies that wait. */
  private waitingBytes: number;
  private closed = false;

  /** @throws SetupError when the data folder can't be used */
  constructor(private readonly options: SqliteOutboxOptions) {
    const { dataDir, maxBytes, clock, log } = options;
    const { database, existed, close } = openDatabase(dataDir, log, clock.now);
    this.closeDatabase = close;
    this.hadHub = existed;
    this.statements = prepareStatements(database);
    this.writes = new GroupCommit(database, clock, log);
    this.budget = new DiskBudget(dataDir, maxBytes, clock.now);
    this.waitingBytes = this.statements.waitingBytes();
  }

  begin(delivery: StoredDelivery): Promise<void> {
    return this.writes.commit(() => this.statements.insertDelivery(delivery));
  }

  async append(
    delivery: string,
    reading: Reading,
    batches: readonly Batch[],
    rejects: readonly Reject[],
  ): Promise<void> {
    const { statements } = this;
    await this.writes.commit(() => {
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
    this.waitingBytes -= statements.bodyBytes(batch.position);
    this.writes.soon(() => {
      statements.deleteBatch(batch.position);
      statements.addOutcome(batch.delivery, sent, refusals.length);
      for (const refusal of refusals) statements.insertReject(batch.delivery, refusal);
    });
  }

  finish(delivery: string, at: number): void {
    this.writes.soon(() => this.statements.finishDelivery(delivery, at));
  }

  recordSend(log: string, at: number, hashes: Uint32Array): Promise<void> {
    return this.writes.commit(() => this.statements.insertSend(log, at, hashes));
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
      look();
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.writes.flush();
    this.closed = true;
    this.closeDatabase();
  }
}
