/** Takes what is read of a result into SQLite. */

import {
  type Batch,
  bodyMemory,
  type Fingerprint,
  giveBack,
  logName,
  previewOf,
  selectAll,
  selectChanged,
} from "../../batches";
import { wait } from "../../clock";
import { newLifetime } from "../../lifetime";
import { nothingRead, type Read, type ReadingEnd, Trace } from "../../report";
import type { Appended, Checkpoint, Intake } from "../intake";
import type { NewDelivery } from "../kept-delivery";
import { keysOf } from "../key-set";
import type { Store } from "./store";

/** How often a full outbox is looked at again, in milliseconds. */
const ROOM_CHECK_MS = 500;

interface Stored extends Appended {
  inLog: readonly Batch[];
  positions: readonly number[];
}

export class SqliteIntake implements Intake {
  constructor(private readonly store: Store) {}

  async problem(): Promise<string | undefined> {
    return this.store.problem();
  }

  async whenRoom(signal: AbortSignal): Promise<void> {
    const { store } = this;
    const waiting = newLifetime(signal, store.lifetime.signal);
    while (!waiting.signal.aborted && store.problem() !== undefined)
      await wait(store.options.clock, ROOM_CHECK_MS, waiting.signal);
    waiting.abort();
  }

  async begin(delivery: NewDelivery): Promise<void> {
    const { store } = this;
    const { environment, kind, asked, ...rest } = delivery;
    const read = nothingRead();
    const report = {
      environment,
      kind,
      asked,
      read,
      sent: 0,
      refused: 0,
      refusals: [],
      dropped: 0,
      health: {},
    };
    const trace = new Trace().data;
    await store.writes.commit(
      () => store.statements.insertDelivery(delivery, read, "in progress"),
      (isNew) => {
        const asBegun = { ...report, ...(isNew && { isNewEnvironment: true as const }) };
        const { kept } = store.add({ ...rest, outcome: "in progress", report: asBegun, trace }, 0);
        const outcome = store.outcomeOf(kept);
        if (outcome !== kept.outcome)
          void store.writes.soon(() => store.statements.setOutcome(kept.id, outcome));
      },
    );
  }

  async append(delivery: NewDelivery, checkpoint: Checkpoint): Promise<Appended> {
    const { store } = this;
    const { id, environment, kind, asked } = delivery;
    const { collected, rejects, end } = checkpoint;
    const of = { delivery: id, environment, kind };
    const all = asked.sync === "all" ? selectAll(collected, of) : undefined;
    const { read, batches, isCancelled } = await store.writes.commit(
      (): Stored => {
        const isCancelled = store.statements.isCancelled(id);
        const selected = isCancelled
          ? { batches: [], unchanged: 0 }
          : (all ??
            selectChanged(collected, of, (records) => this.unchanged(delivery, checkpoint.read, records)));
        const users = selected.batches.reduce((sum, { rows }) => sum + rows.length, 0);
        const read = {
          ...checkpoint.read,
          users: checkpoint.read.users + users,
          unchanged: checkpoint.read.unchanged + selected.unchanged,
        };
        const inLog = asked.dryRun ? [] : selected.batches;
        store.statements.setRead(id, read);
        if (end) store.statements.setEnd(id, end);
        if (asked.dryRun) this.keepPreview(id, selected.batches);
        const positions = store.putIn(read, inLog, asked.sync === "changed");
        for (const reject of rejects) store.statements.insertReject(id, reject);
        return { read, batches: inLog.length, isCancelled, inLog, positions };
      },
      (stored) => {
        if (all === undefined) giveBack(collected);
        else if (stored.batches < all.batches.length)
          for (const { body } of all.batches) bodyMemory.give(body);
        this.isIn(id, stored, end);
      },
    );
    return { read, batches, isCancelled };
  }

  async endLater(delivery: string, end: ReadingEnd): Promise<void> {
    const { store } = this;
    const open = store.openOne(delivery);
    if (!open) return;
    const { report } = open.kept;
    report.end ??= end;
    delete open.kept.source;
    const stored = store.writes.soon(() => store.statements.setEnd(delivery, report.end ?? end));
    store.finishIfDone(open);
    await stored;
  }

  async told(delivery: string): Promise<boolean> {
    const { store } = this;
    const open = store.openOne(delivery);
    if (!open) return false;
    open.kept.report.toldSuccess = true;
    await store.writes.commit(() => store.statements.setTold(delivery));
    return open.kept.finishedAt === undefined;
  }

  private isIn(id: string, { read, inLog, positions }: Stored, end: ReadingEnd | undefined): void {
    const { store } = this;
    const open = store.openOne(id);
    if (open) {
      open.kept.report.read = read;
      if (end) {
        open.kept.report.end = end;
        delete open.kept.source;
      }
    }
    for (const [at, { body }] of inLog.entries()) store.fresh.keep(positions[at]!, body);
    store.areIn(inLog, positions, open);
    store.finishIfDone(open);
  }

  private unchanged(
    { environment, kind }: NewDelivery,
    read: Read,
    records: readonly Fingerprint[],
  ): boolean[] {
    const { fingerprints, options } = this.store;
    const set = { log: logName(environment), kind, keys: keysOf(read) };
    fingerprints.touch(set, options.clock.now());
    return fingerprints.unchanged(set, records);
  }

  private keepPreview(id: string, batches: readonly Batch[]): void {
    const open = this.store.openOne(id);
    if (!open || open.hasPreview || batches.length === 0) return;
    this.store.statements.setPreview(id, previewOf(batches));
    open.hasPreview = true;
  }
}
