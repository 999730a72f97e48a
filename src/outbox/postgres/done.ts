/** What became of batches, counted in one transaction with taking them out of the log. */

import type { LoggedBatch, Reject } from "../../batches";
import { fingerprintsOf } from "../key-set";
import { type BatchOutcome, LeaseLost } from "../logs";
import { REPLACE_REJECT, rejectRows } from "./append";
import type { Query } from "./database";
import { forgetRecords } from "./fingerprints";
import type { OwnedLog } from "./store";

export interface DoneBatch {
  batch: LoggedBatch;
  outcome: BatchOutcome;
}

/** Locks the lease against being taken. @throws LeaseLost when it is another hub's already */
export async function holdLease(query: Query, { name, number }: OwnedLog): Promise<void> {
  const held = await query("SELECT 1 FROM leases WHERE log = $1 AND number = $2 FOR SHARE", [name, number]);
  if (held.length === 0) throw new LeaseLost();
}

/** Part of a transaction that holds the lease. Batches that are out already count no more. */
export async function countDone(query: Query, log: string, done: readonly DoneBatch[]): Promise<void> {
  for (const each of done) await forgetRefused(query, log, each);
  const gone = await query<{ position: number }>(
    "DELETE FROM batches WHERE log = $1 AND position = ANY ($2::bigint[]) RETURNING position",
    [log, done.map(({ batch }) => batch.position)],
  );
  const positions = new Set(gone.map(({ position }) => position));
  const counted = done.filter(({ batch }) => positions.delete(batch.position));
  const sums = new Map<string, { sent: number; refusals: Reject[]; dropped: number; batches: number }>();
  for (const { batch, outcome } of counted) {
    const sum = sums.get(batch.delivery) ?? { sent: 0, refusals: [], dropped: 0, batches: 0 };
    sums.set(batch.delivery, {
      sent: sum.sent + outcome.sent,
      refusals: [...sum.refusals, ...outcome.refusals],
      dropped: sum.dropped + outcome.dropped.length,
      batches: sum.batches + 1,
    });
  }
  for (const [delivery, { sent, refusals, dropped, batches }] of sums) {
    await query(
      `UPDATE deliveries SET sent = sent + $2, refused = refused + $3, dropped = dropped + $4, batches_left = batches_left - $5
        WHERE id = $1`,
      [delivery, sent, refusals.length, dropped, batches],
    );
    await insertRejects(query, delivery, refusals);
  }
}

/** Takes what a delivery has in a log behind a position out of it. Part of a transaction that holds the lease. */
export async function dropBehind(query: Query, log: string, delivery: string, behind: number): Promise<void> {
  const gone = await query<{ position: number; users: number; key_set: number | null }>(
    "DELETE FROM batches WHERE delivery = $1 AND log = $2 AND position > $3 RETURNING position, users, key_set",
    [delivery, log, behind],
  );
  if (gone.length === 0) return;
  await query(
    "UPDATE deliveries SET dropped = dropped + $2, batches_left = batches_left - $3 WHERE id = $1",
    [delivery, gone.reduce((sum, { users }) => sum + users, 0), gone.length],
  );
  await query("DELETE FROM fingerprints WHERE key_set = ANY ($1::int[]) AND position = ANY ($2::bigint[])", [
    [...new Set(gone.flatMap(({ key_set }) => (key_set === null ? [] : [key_set])))],
    gone.map(({ position }) => position),
  ]);
}

async function insertRejects(query: Query, delivery: string, rejects: readonly Reject[]): Promise<void> {
  if (rejects.length === 0) return;
  const values: unknown[] = [delivery];
  const rows = rejectRows(rejects, (value) => `$${values.push(value)}`);
  await query(
    `INSERT INTO rejects (delivery, row, identity, reason, record, column_label) SELECT $1, r.* FROM ${rows} ${REPLACE_REJECT}`,
    values,
  );
}

/** Heap does not hold them. */
async function forgetRefused(query: Query, log: string, { batch, outcome }: DoneBatch): Promise<void> {
  const without = new Set([...outcome.refusals.map(({ row }) => row), ...outcome.dropped]);
  if (without.size === 0) return;
  const { position, rows, kind } = batch;
  const [row] = await query<{ key_set: number; body: Buffer }>(
    "SELECT key_set, body FROM batches WHERE log = $1 AND position = $2 AND key_set IS NOT NULL",
    [log, position],
  );
  if (!row) return;
  const records = fingerprintsOf(row.body, kind).filter((_record, at) => without.has(rows[at]!));
  await forgetRecords(query, row.key_set, position, records);
}
