/** The outbox in SQLite. Every method that resolves has its work on the disk, but for `done`. */

import type { Logger } from "pino";
import type { Fingerprint, Reject } from "../../batches";
import { type Batch, bodyOfRefused, buildBatches, type LoggedBatch, logName } from "../../batches";
import { type Clock, wait } from "../../clock";
import type { Environment, KindName } from "../../heap";
import { newLifetime } from "../../lifetime";
import type { Outcome, Reading, TraceData } from "../../report";
import type { StoredDelivery } from "../kept-delivery";
import type { BatchOutcome, Dropped, Outbox, RecordedSends, WaitingLog } from "../outbox";
import { dropDeletedPages, emptyLog } from "./deleted-pages";
import { DiskBudget } from "./disk-budget";
import type { Database } from "./driver";
import { Fingerprints, fingerprintsOf } from "./fingerprints";
import { FreshBodies } from "./fresh-bodies";
import { GroupCommit } from "./group-commit";
import { deleteMovedAside } from "./moved-aside";
import { openDatabase } from "./open-database";
import { SqliteArchive } from "./sqlite-archive";
import type { Statements } from "./statements";
import { WaitingBatches } from "./waiting-batches";

export interface SqliteOutboxOptions {
  dataDir: string;
  /** Most bytes that may wait for Heap. */
  maxBytes: number;
  clock: Clock;
  log: Logger;
}

/** Recorded sends are of use for a window and a time-out; this is longer than both, in milliseconds. */
const KEPT_SENDS_MS = 3_600_000;

/** How often a full outbox is looked at again, in milliseconds. */
const ROOM_CHECK_MS = 500;

export class SqliteOutbox implements Outbox {
  readonly archive: SqliteArchive;
  private readonly statements: Statements;
  private readonly fingerprints: Fingerprints;
  private readonly writes: GroupCommit;
  private readonly budget: DiskBudget;
  private readonly hadHub: boolean;
  private readonly database: Database;
  private readonly file: string;
  private readonly closeDatabase: () => void;
  private readonly waitingBatches: WaitingBatches;
  private readonly fresh = new FreshBodies();
  /** Until it is closed. */
  private readonly lifetime = newLifetime();
  private isEmptying = false;
  /** Batches that are not in the log yet, though nothing comes in before them any more. */
  private readonly goingIn = new Set<readonly Batch[]>();

  /** @throws SetupError when the data folder can't be used */
  constructor(private readonly options: SqliteOutboxOptions) {
    const { dataDir, maxBytes, clock, log } = options;
    const { database, file, existed, statements, waiting, close } = openDatabase(dataDir, log, clock.now);
    this.database = database;
    this.file = file;
    this.closeDatabase = close;
    this.hadHub = existed;
    this.statements = statements;
    this.archive = new SqliteArchive(database);
    this.fingerprints = new Fingerprints(database);
    this.writes = new GroupCommit(database, clock, log);
    this.budget = new DiskBudget(dataDir, maxBytes, clock.monotonic);
    const ago = clock.now() - clock.monotonic();
    this.waitingBatches = new WaitingBatches(waiting.map((batch) => ({ ...batch, at: batch.at - ago })));
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
    let positions: number[] = [];
    this.goingIn.add(batches);
    const stored = this.writes.commit(() => {
      this.statements.updateReading(delivery, reading);
      positions = this.putIn(reading, batches);
      for (const reject of rejects) this.statements.insertReject(delivery, reject);
    });
    await stored.finally(() => this.goingIn.delete(batches));
    this.nowWaiting(batches, positions);
    for (const [at, { body }] of batches.entries()) this.fresh.keep(positions[at]!, body);
  }

  async read(log: string, after: number, limit: number): Promise<LoggedBatch[]> {
    return this.statements.readBatches(log, after, limit);
  }

  async body(position: number): Promise<Buffer> {
    return this.fresh.take(position) ?? this.statements.readBody(position);
  }

  unchanged(
    environment: Environment,
    kind: KindName,
    reading: Reading,
    records: readonly Fingerprint[],
  ): boolean[] {
    const set = { log: logName(environment), kind, keys: keysOf(reading) };
    const at = this.options.clock.now();
    this.writes.soon(() => this.fingerprints.touch(set, at));
    return this.fingerprints.unchanged(set, records, [...this.goingIn].flat());
  }

  done(batch: LoggedBatch, { sent, refusals, dropped = [] }: BatchOutcome): void {
    const { statements } = this;
    this.waitingBatches.remove(batch.environment, batch.position);
    this.fresh.take(batch.position);
    this.writes.soon(() => {
      this.confirm(batch, new Set([...refusals.map(({ row }) => row), ...dropped]));
      statements.deleteBatch(batch.position);
      statements.addOutcome(batch.delivery, sent, refusals.length, dropped.length);
      for (const refusal of refusals) statements.insertReject(batch.delivery, refusal);
    });
  }

  /** @returns their positions */
  private putIn(reading: Reading, batches: readonly Batch[]): number[] {
    const { statements, fingerprints } = this;
    const keys = keysOf(reading);
    const now = this.options.clock.now();
    return batches.map((batch) => {
      const log = logName(batch.environment);
      const own =
        reading.sync === "changed" ? fingerprints.enter({ log, kind: batch.kind, keys }, now) : undefined;
      const position = statements.insertBatch(log, batch, own);
      fingerprints.putIn(batch, position, keys, own);
      return position;
    });
  }

  private nowWaiting(batches: readonly Batch[], positions: readonly number[]): void {
    const at = this.options.clock.monotonic();
    for (const [index, { environment, body }] of batches.entries()) {
      this.waitingBatches.add({ position: positions[index]!, environment, bytes: body.length, at });
    }
  }

  /** @param withoutRows rows whose records Heap does not have */
  private confirm({ position, kind, rows }: LoggedBatch, withoutRows: ReadonlySet<number>): void {
    const set = this.statements.keySet(position);
    if (set === null) return;
    const without = new Set([...rows.keys()].filter((at) => withoutRows.has(rows[at]!)));
    this.fingerprints.confirm(
      set,
      position,
      fingerprintsOf(this.statements.readBody(position), kind),
      without,
    );
  }

  async cancel(delivery: string, environment: Environment, at: number, behind: number): Promise<Dropped> {
    let batches: ReturnType<Statements["deleteBehind"]> = [];
    let users = 0;
    await this.writes.commit(() => {
      this.statements.cancel(delivery, at);
      batches = this.statements.deleteBehind(delivery, behind);
      users = batches.reduce((sum, batch) => sum + batch.users, 0);
      this.statements.addOutcome(delivery, 0, 0, users);
    });
    for (const { position } of batches) {
      this.waitingBatches.remove(environment, position);
      this.fresh.take(position);
    }
    return { batches: batches.length, users };
  }

  note(delivery: string, outcome: Outcome, trace: TraceData): void {
    const kept = structuredClone(trace);
    this.writes.soon(() => this.statements.note(delivery, outcome, kept));
  }

  keepPreview(delivery: string, records: readonly string[]): void {
    this.writes.soon(() => this.statements.setPreview(delivery, records));
  }

  async finish(delivery: string, reading: Reading, at: number): Promise<void> {
    // What can't be stored is tried one by one: this must not count as stored before its batches are done.
    const finish = () => {
      if (!this.statements.finishDelivery(delivery, reading, at)) throw new Error("a batch is not done yet");
    };
    try {
      await this.writes.commit(finish);
    } catch (error) {
      this.writes.soon(finish);
      throw error;
    }
  }

  async sendAgain(delivery: string): Promise<StoredDelivery | undefined> {
    const { statements } = this;
    let reopened: StoredDelivery | undefined;
    let batches: Batch[] = [];
    let positions: number[] = [];
    await this.writes.commit(() => {
      const stored = statements.readFinished(delivery);
      if (!stored) return;
      const { environment, kind, reading } = stored;
      const refused = statements.readRefusals(delivery);
      if (refused.length === 0) return;
      batches = buildBatches([bodyOfRefused(kind, refused)], { delivery, environment, kind });
      statements.deleteRefusals(delivery);
      statements.reopenDelivery(delivery, refused.length);
      positions = this.putIn(reading, batches);
      reopened = { ...stored, refused: stored.refused - refused.length, batchesLeft: batches.length };
    });
    this.nowWaiting(batches, positions);
    return reopened;
  }

  async forget(before: number): Promise<void> {
    deleteMovedAside(this.file, before, this.options.log);
    await this.writes.commit(() => {
      this.statements.deleteFinished(before);
      this.statements.deleteSends(this.options.clock.now() - KEPT_SENDS_MS);
      this.fingerprints.forgetUnused(before);
    });
    await dropDeletedPages(this.database, this.lifetime.signal);
    if (this.isEmptying) return;
    this.isEmptying = true;
    void emptyLog(this.database, this.options.clock, this.lifetime.signal).finally(() => {
      this.isEmptying = false;
    });
  }

  recordSend(log: string, at: number, hashes: Int32Array): Promise<void> {
    return this.writes.commit(() => {
      this.statements.deleteSends(at - KEPT_SENDS_MS);
      this.statements.insertSend(log, at, hashes);
    });
  }

  async recordedSends(log: string, since: number): Promise<RecordedSends> {
    return { hashes: this.statements.readSends(log, since), hadHub: this.hadHub };
  }

  async unfinished(): Promise<StoredDelivery[]> {
    return this.statements.readUnfinished();
  }

  waiting(): WaitingLog[] {
    return this.waitingBatches.byLog(this.options.clock.monotonic());
  }

  problem(): string | undefined {
    return this.budget.problem(this.waitingBatches.bytes);
  }

  whenRoom(): Promise<void> | undefined {
    return this.problem() === undefined ? undefined : this.untilRoom();
  }

  private async untilRoom(): Promise<void> {
    const { signal } = this.lifetime;
    while (!signal.aborted && this.problem() !== undefined)
      await wait(this.options.clock, ROOM_CHECK_MS, signal);
  }

  async close(): Promise<void> {
    if (this.lifetime.signal.aborted) return;
    this.lifetime.abort();
    this.writes.close();
    this.closeDatabase();
  }
}

/** The property keys that a delivery sends. */
function keysOf(reading: Reading): string[] {
  return reading.columns.flatMap(({ key }) => (key === undefined ? [] : [key]));
}
