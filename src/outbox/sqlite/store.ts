/**
 * What the ports of the SQLite outbox share. This hub alone writes the database, so what is open stands in memory as well:
 * whoever asks is told what is true now, also while the disk takes nothing.
 */

import type { Logger } from "pino";
import { type Batch, logName } from "../../batches";
import type { Clock } from "../../clock";
import type { Environment } from "../../heap";
import { newLifetime } from "../../lifetime";
import { type HealthState, type Outcome, outcomeOf, type Read } from "../../report";
import { Changes } from "../changes";
import { type DeliveryRow, toKept } from "../delivery-rows";
import { FreshBodies } from "../fresh-bodies";
import type { KeptDelivery } from "../kept-delivery";
import { keysOf } from "../key-set";
import { DiskBudget } from "./disk-budget";
import type { Database } from "./driver";
import { Fingerprints } from "./fingerprints";
import { GroupCommit } from "./group-commit";
import { openDatabase } from "./open-database";
import type { Statements } from "./statements";
import { WaitingBatches } from "./waiting-batches";

export interface SqliteOutboxOptions {
  dataDir: string;
  /** Most bytes that may wait for Heap. */
  maxBytes: number;
  /** Percent of a result's rows that may be rejects without the delivery counting as failed. */
  rejectsTolerated: number;
  clock: Clock;
  log: Logger;
}

/** A delivery that something is left to do of. */
export interface OpenDelivery {
  /** Its report is brought up to date here; its trace is only in the database. */
  kept: KeptDelivery;
  /** Its batches in the log. */
  left: number;
  hasPreview: boolean;
}

export class Store {
  readonly changes = new Changes();
  readonly database: Database;
  readonly statements: Statements;
  readonly fingerprints: Fingerprints;
  readonly writes: GroupCommit;
  readonly waiting: WaitingBatches;
  readonly fresh = new FreshBodies();
  readonly file: string;
  /** By id. One that is finished stays until that is on the disk. */
  readonly open = new Map<string, OpenDelivery>();
  /** By the name of the log; what is not there is well. */
  readonly health = new Map<string, HealthState>();
  /** Counts up with each delivery that is opened. */
  opened = 0;
  /** When a hub before this one may last have sent, by the monotonic clock; undefined: there was none. */
  readonly formerUntil: number | undefined;
  /** Until it is closed. */
  readonly lifetime = newLifetime();
  private readonly budget: DiskBudget;
  private readonly closeDatabase: () => void;

  /** @throws SetupError when the data folder can't be used */
  constructor(readonly options: SqliteOutboxOptions) {
    const { dataDir, maxBytes, clock, log } = options;
    const { database, file, existed, statements, waiting, unfinished, close } = openDatabase(
      dataDir,
      log,
      clock.now,
    );
    this.database = database;
    this.file = file;
    this.statements = statements;
    this.closeDatabase = close;
    this.formerUntil = existed ? clock.monotonic() : undefined;
    this.fingerprints = new Fingerprints(database);
    this.writes = new GroupCommit(database, clock, log);
    this.budget = new DiskBudget(dataDir, maxBytes, clock.monotonic);
    const ago = clock.now() - clock.monotonic();
    this.waiting = new WaitingBatches(waiting.map((batch) => ({ ...batch, at: batch.at - ago })));
    for (const row of unfinished) this.reopen(row);
  }

  /** Why no more can be taken, as part of a sentence; undefined when it can. */
  problem(): string | undefined {
    return this.budget.problem(this.waiting.bytes);
  }

  /** @returns undefined when nothing is left to do of the delivery */
  openOne(id: string): OpenDelivery | undefined {
    const open = this.open.get(id);
    return open?.kept.finishedAt === undefined ? open : undefined;
  }

  /** Something is left to do of a delivery that is in the database. */
  reopen(row: DeliveryRow): OpenDelivery {
    return this.add(toKept(row), row.batches_left);
  }

  add(kept: KeptDelivery, left: number): OpenDelivery {
    const { environment, asked } = kept.report;
    kept.report.health = asked.dryRun ? {} : (this.health.get(logName(environment)) ?? {});
    const open = { kept, left, hasPreview: false };
    this.open.set(kept.id, open);
    this.opened++;
    return open;
  }

  /** A delivery as it stands: what is open is brought up to date. */
  current(row: DeliveryRow): KeptDelivery {
    const kept = toKept(row);
    const open = this.open.get(kept.id);
    return open ? { ...this.snapshot(open), trace: kept.trace } : kept;
  }

  snapshot({ kept }: OpenDelivery): KeptDelivery {
    const outcome = this.outcomeOf(kept);
    return structuredClone({ ...kept, outcome });
  }

  outcomeOf({ report, finishedAt }: KeptDelivery): Outcome {
    return outcomeOf(report, this.options.rejectsTolerated, finishedAt !== undefined);
  }

  /** Puts batches at the end of their log. Part of a transaction. @returns their positions */
  putIn(read: Read, batches: readonly Batch[], isRemembered: boolean): number[] {
    const { statements, fingerprints } = this;
    const keys = keysOf(read);
    const now = this.options.clock.now();
    return batches.map((batch) => {
      const log = logName(batch.environment);
      const own = isRemembered ? fingerprints.enter({ log, kind: batch.kind, keys }, now) : undefined;
      const position = statements.insertBatch(log, batch, own);
      fingerprints.putIn(batch, position, keys, own);
      return position;
    });
  }

  /** They are in the log. */
  areIn(batches: readonly Batch[], positions: readonly number[], open: OpenDelivery | undefined): void {
    const at = this.options.clock.monotonic();
    for (const [index, { environment, body }] of batches.entries()) {
      this.waiting.add({ position: positions[index]!, environment, bytes: body.length, at });
    }
    if (open) open.left += batches.length;
    const [first] = batches;
    if (first) this.changes.announce("grown", first.environment);
  }

  /** A batch is not in the log any more. @returns false when that was known */
  isOut(environment: Environment, position: number, open: OpenDelivery | undefined): boolean {
    this.fresh.take(position);
    if (!this.waiting.remove(environment, position)) return false;
    if (open) open.left--;
    return true;
  }

  /** Finishes a delivery if nothing is left to do of it: on the disk together with what was done last. */
  finishIfDone(open: OpenDelivery | undefined): void {
    const end = open?.kept.report.end;
    if (!open || !end || open.left > 0 || open.kept.finishedAt !== undefined) return;
    const { id, report } = open.kept;
    const at = this.options.clock.now();
    open.kept.finishedAt = at;
    delete open.kept.source;
    report.health = {};
    const outcome = this.outcomeOf(open.kept);
    const finish = () => {
      // What can't be stored is tried one by one: this must not count as stored before its batches are done.
      const isStored = this.statements.finishDelivery(id, at, outcome, { read: report.read, end });
      if (!isStored) throw new Error("a batch is not done yet");
    };
    void this.writes.soon(finish, () => this.open.delete(id));
    this.writes.hurry();
    this.changes.announce("finished", this.snapshot(open));
  }

  close(): void {
    if (this.lifetime.signal.aborted) return;
    this.lifetime.abort();
    this.writes.close();
    this.closeDatabase();
  }
}
