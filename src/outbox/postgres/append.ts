/**
 * The statement that puts a checkpoint into the database. It is one statement, so that its locks are held only once all of it has
 * arrived: a hub that is stopped in the middle holds up nobody.
 */

import type { Batch, Reject } from "../../batches";
import { bytesOf } from "../numbers";
import { textOf } from "./store";

export interface AppendedCheckpoint {
  delivery: string;
  log: string;
  /** Counts up from 1 with each of a delivery: one that is stored already is not stored again. */
  number: number;
  /** To be put into the log. */
  batches: readonly Batch[];
  /** By batch: the set that its records are remembered in. */
  keySet: number | undefined;
  /** JSON of what has been read, when the delivery is cancelled and when it is not. */
  readIfCancelled: string;
  read: string;
  /** JSON. */
  preview: string | undefined;
  /** JSON. */
  end: string | undefined;
  rejects: readonly Reject[];
  /** In milliseconds since 1970. */
  at: number;
  /** The log is locked, and what it remembers of records is seen to. */
  isJudged: boolean;
}

/** What a checkpoint met with. */
export interface AppendAnswer {
  is_cancelled: boolean;
  is_ended: boolean;
  /** Number of the last checkpoint before this one. */
  checkpoint: number;
  has_key_sets: boolean;
  /** The position of the first batch; null when it was not stored. */
  base: number | null;
}

/** Values of a statement that is put together. */
class Values {
  readonly all: unknown[] = [];

  add(value: unknown): string {
    return `$${this.all.push(value)}`;
  }
}

export function appendStatement(checkpoint: AppendedCheckpoint): { text: string; values: unknown[] } {
  const values = new Values();
  const { delivery, log, number, batches, readIfCancelled, read, preview, end, rejects, isJudged } =
    checkpoint;
  const id = values.add(delivery);
  const name = values.add(log);
  const text = `
    WITH d AS MATERIALIZED (
      SELECT cancelled_at IS NOT NULL AS is_cancelled, ended IS NOT NULL AS is_ended, checkpoint
        FROM deliveries WHERE id = ${id} FOR UPDATE),
    l AS MATERIALIZED (SELECT next_position AS base, has_key_sets FROM logs WHERE name = ${name} FOR UPDATE),
    fits AS MATERIALIZED (
      SELECT d.is_cancelled, l.base FROM d, l
       WHERE d.checkpoint = ${values.add(number)}::int - 1 AND NOT d.is_ended
         AND (NOT l.has_key_sets OR ${values.add(isJudged)}::boolean)),
    counted AS (
      UPDATE deliveries SET checkpoint = checkpoint + 1,
             read = CASE WHEN is_cancelled THEN ${values.add(readIfCancelled)} ELSE ${values.add(read)} END,
             batches_left = batches_left + CASE WHEN is_cancelled THEN 0 ELSE ${batches.length} END,
             preview = coalesce(preview, ${values.add(preview ?? null)}),
             source = CASE WHEN ${values.add(end ?? null)}::text IS NULL THEN source END,
             ended = ${values.add(end ?? null)}
        FROM fits WHERE id = ${id})
    ${batchesPart(checkpoint, { id, name }, values)}
    ${rejectsPart(rejects, id, values)}
    SELECT d.*, l.has_key_sets, (SELECT base FROM fits) AS base FROM d, l`;
  return { text, values: values.all };
}

function batchesPart(
  { batches, keySet, at }: AppendedCheckpoint,
  { id, name }: { id: string; name: string },
  values: Values,
): string {
  if (batches.length === 0) return "";
  const rows = batches.map(({ rows, hashes, body }, index) => {
    const [hashBytes, rowBytes] = [bytesOf(hashes), bytesOf(rows)].map((bytes) => values.add(bytes));
    return `(${index}, ${rows.length}, ${body.length}, ${hashBytes}::bytea, ${rowBytes}::bytea, ${values.add(body)}::bytea)`;
  });
  return `,
    moved AS (
      UPDATE logs SET next_position = next_position + ${batches.length}
        FROM fits WHERE name = ${name} AND NOT is_cancelled),
    entered AS (
      INSERT INTO batches (log, position, delivery, key_set, at, users, bytes, hashes, rows, body)
      SELECT ${name}, fits.base + b.at, ${id}, ${values.add(keySet ?? null)}::int, ${values.add(at)}::bigint,
             b.users, b.bytes, b.hashes, b.rows, b.body
        FROM fits, (VALUES ${rows.join(", ")}) AS b (at, users, bytes, hashes, rows, body)
       WHERE NOT fits.is_cancelled)`;
}

function rejectsPart(rejects: readonly Reject[], id: string, values: Values): string {
  if (rejects.length === 0) return "";
  return `,
    rejected AS (
      INSERT INTO rejects (delivery, row, identity, reason, record, column_label)
      SELECT ${id}, r.* FROM fits, ${rejectRows(rejects, (value) => values.add(value))}
      ${REPLACE_REJECT})`;
}

export const REPLACE_REJECT = `
  ON CONFLICT (delivery, row) DO UPDATE SET identity = excluded.identity, reason = excluded.reason,
    record = excluded.record, column_label = excluded.column_label`;

/** Rejects as rows `r` of a statement: of several with one row of the result the last. */
export function rejectRows(rejects: readonly Reject[], add: (value: unknown) => string): string {
  const last = [...new Map(rejects.map((reject) => [reject.row, reject])).values()];
  const textsOf = (part: "identity" | "reason" | "record" | "column") =>
    `${add(last.map((reject) => (reject[part] === undefined ? null : textOf(reject[part]))))}::text[]`;
  return `unnest(${add(last.map(({ row }) => row))}::int[], ${textsOf("identity")}, ${textsOf("reason")},
      ${textsOf("record")}, ${textsOf("column")}) AS r (row, identity, reason, record, column_label)`;
}
