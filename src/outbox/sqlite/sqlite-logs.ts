/** The log of each environment, in SQLite. This hub owns them all, from the start to its end. */

import { type LoggedBatch, logName } from "../../batches";
import type { Environment } from "../../heap";
import { newLifetime } from "../../lifetime";
import { type HealthState, NAMED_REJECTS } from "../../report";
import { fingerprintsOf } from "../key-set";
import type { BatchOutcome, Lease, Logs } from "../logs";
import type { Store } from "./store";

/** Recorded sends are of use for a window and a time-out; this is longer than both, in milliseconds. */
export const KEPT_SENDS_MS = 3_600_000;

/** This hub is the only one. */
const NEVER = newLifetime().signal;

export class SqliteLogs implements Logs {
  constructor(private readonly store: Store) {}

  async waiting(): Promise<Environment[]> {
    const logs = this.store.waiting.byLog(0);
    return logs.flatMap(({ environment, batches }) => (batches > 0 ? [environment] : []));
  }

  async own(environment: Environment): Promise<Lease> {
    const { statements, writes, formerUntil } = this.store;
    void writes.soon(() => statements.deleteIdentities(logName(environment)));
    return { environment, formerUntil, isHeld: true, lost: NEVER };
  }

  async giveBack(): Promise<void> {}

  async askToProbe(environment: Environment): Promise<void> {
    this.store.changes.announce("probe", environment);
  }

  async read(
    { environment }: Lease,
    after: number,
    limit: number,
    delivery?: string,
  ): Promise<LoggedBatch[]> {
    const { statements } = this.store;
    if (delivery !== undefined) return statements.readBatchesOf(delivery, after, limit);
    return statements.readBatches(logName(environment), after, limit);
  }

  async body(_lease: Lease, position: number): Promise<Buffer> {
    return this.store.fresh.take(position) ?? this.store.statements.readBody(position);
  }

  async done(_lease: Lease, batch: LoggedBatch, outcome: BatchOutcome): Promise<void> {
    const { store } = this;
    const { delivery, environment, position } = batch;
    const { sent, refusals, dropped } = outcome;
    const open = store.openOne(delivery);
    if (!store.isOut(environment, position, open)) return;
    if (open) {
      const { report } = open.kept;
      report.sent += sent;
      report.refused += refusals.length;
      report.dropped += dropped.length;
      for (const { row, reason } of refusals) {
        if (report.refusals.length < NAMED_REJECTS) report.refusals.push({ row, reason });
      }
    }
    const stored = store.writes.soon(() => {
      const { statements } = store;
      this.confirm(batch, new Set([...refusals.map(({ row }) => row), ...dropped]));
      if (!statements.deleteBatch(position)) return;
      statements.addOutcome(delivery, sent, refusals.length, dropped.length);
      for (const refusal of refusals) statements.insertReject(delivery, refusal);
    });
    store.finishIfDone(open);
    await stored;
  }

  drop({ environment }: Lease, delivery: string, behind: number): Promise<void> {
    const { store } = this;
    return store.writes.soon(
      () => {
        const batches = store.statements.deleteBehind(delivery, behind);
        const users = batches.reduce((sum, batch) => sum + batch.users, 0);
        store.statements.addOutcome(delivery, 0, 0, users);
        return batches;
      },
      (batches) => {
        const open = store.openOne(delivery);
        for (const { position, users } of batches) {
          if (store.isOut(environment, position, open) && open) open.kept.report.dropped += users;
        }
        store.finishIfDone(open);
      },
    );
  }

  recordSend({ environment }: Lease, hashes: Int32Array): Promise<void> {
    const { statements, writes, options } = this.store;
    const at = options.clock.now();
    return writes.commit(() => {
      statements.deleteSends(at - KEPT_SENDS_MS);
      statements.insertSend(logName(environment), at, hashes);
    });
  }

  async recordedSends({ environment }: Lease, withinMs: number): Promise<Int32Array[]> {
    const { statements, options } = this.store;
    return statements.readSends(logName(environment), options.clock.now() - withinMs);
  }

  keepIdentities({ environment }: Lease, set: number, parts: readonly Buffer[]): Promise<void> {
    const { statements, writes } = this.store;
    return writes.commit(() => {
      for (const [part, identities] of parts.entries())
        statements.insertIdentities(logName(environment), set, part, identities);
    });
  }

  async identities({ environment }: Lease, set: number, part: number): Promise<Buffer> {
    return this.store.statements.readIdentities(logName(environment), set, part);
  }

  dropIdentities({ environment }: Lease, set: number): Promise<void> {
    const { statements, writes } = this.store;
    return writes.soon(() => statements.deleteIdentitySet(logName(environment), set));
  }

  async setHeldUp(_lease: Lease, delivery: string, isHeldUp: boolean): Promise<void> {
    const open = this.store.openOne(delivery);
    if (open) open.kept.report.isHeldUp = isHeldUp;
  }

  async setHealth({ environment }: Lease, state: HealthState): Promise<void> {
    const { store } = this;
    const log = logName(environment);
    if (Object.keys(state).length > 0) store.health.set(log, state);
    else store.health.delete(log);
    for (const open of store.open.values()) {
      const { id, report, finishedAt } = open.kept;
      if (finishedAt !== undefined || report.asked.dryRun || logName(report.environment) !== log) continue;
      report.health = state;
      const outcome = store.outcomeOf(open.kept);
      void store.writes.soon(() => store.statements.setOutcome(id, outcome));
    }
    store.changes.announce("health", { environment, state });
  }

  /** @param withoutRows rows whose records Heap does not have */
  private confirm({ position, kind, rows }: LoggedBatch, withoutRows: ReadonlySet<number>): void {
    const { statements, fingerprints } = this.store;
    const set = statements.keySet(position);
    if (set === null) return;
    const without = new Set([...rows.keys()].filter((at) => withoutRows.has(rows[at]!)));
    fingerprints.confirm(set, position, fingerprintsOf(statements.readBody(position), kind), without);
  }
}
