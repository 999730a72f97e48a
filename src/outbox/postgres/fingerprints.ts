/**
 * Remembers, for `sync: changed`, which record of an identity Heap was last confirmed to hold, for each set of property keys.
 * Wrong in one direction only: what is not remembered is sent.
 *
 * A fingerprint is put in with its batch, and counts once that batch is out of the log: what Heap has not taken of it is forgotten
 * in the same transaction. Everything here is part of a transaction that has locked the log, or owns it.
 */

import type { Batch, Fingerprint } from "../../batches";
import { fingerprintsOf, type KeySet, textOfKeys } from "../key-set";
import type { Query } from "./database";

interface SetRow {
  id: number;
  keys: string;
}

/** By record: whether it is what Heap was last confirmed to hold. */
export async function areUnchanged(
  query: Query,
  { log, kind, keys }: KeySet,
  records: readonly Fingerprint[],
  at: number,
): Promise<boolean[]> {
  const [set] = await query<{ id: number }>(
    "UPDATE key_sets SET used_at = $4 WHERE log = $1 AND type = $2 AND keys = $3 RETURNING id",
    [log, kind, textOfKeys(keys), at],
  );
  if (!set) return records.map(() => false);
  const known = await query<{ identity: number; value: number }>(
    // OFFSET has each looked up by the index: without it the whole set is read for a few thousand of them.
    `SELECT f.identity, f.value
       FROM unnest($2::bigint[]) AS wanted CROSS JOIN LATERAL (
         SELECT identity, value, position FROM fingerprints WHERE key_set = $1 AND identity = wanted OFFSET 0) f
      WHERE NOT EXISTS (SELECT 1 FROM batches b WHERE b.log = $3 AND b.position = f.position)`,
    [set.id, records.map(({ identity }) => identity), log],
  );
  const values = new Map(known.map(({ identity, value }) => [identity, value]));
  return records.map(({ identity, value }) => values.get(identity) === value);
}

/** Makes the entry of a set, so that fingerprints can be put into it. @returns its id */
export async function enterSet(query: Query, { log, kind, keys }: KeySet, at: number): Promise<number> {
  const [row] = await query<{ id: number }>(
    `INSERT INTO key_sets (log, type, keys, used_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (log, type, keys) DO UPDATE SET used_at = excluded.used_at RETURNING id`,
    [log, kind, textOfKeys(keys), at],
  );
  await query("UPDATE logs SET has_key_sets = true WHERE name = $1 AND NOT has_key_sets", [log]);
  return row?.id ?? 0;
}

/**
 * Batches go into the log: forgets what they may outdate.
 * @param own the set to remember their records in; undefined when they are not to be remembered
 * @param first position of the first of them
 */
export async function remember(
  query: Query,
  { log, kind, keys }: KeySet,
  { batches, own, first }: { batches: readonly Batch[]; own: number | undefined; first: number },
): Promise<void> {
  const sets = await query<SetRow>("SELECT id, keys FROM key_sets WHERE log = $1 AND type = $2", [log, kind]);
  const wanted = new Set(keys);
  const others = sets.filter(
    ({ id, keys: text }) => id !== own && (JSON.parse(text) as string[]).some((key) => wanted.has(key)),
  );
  if (own === undefined && others.length === 0) return;
  // Of several records of one identity the last one stands.
  const records = new Map<number, { value: number; position: number }>();
  for (const [at, { body }] of batches.entries()) {
    for (const { identity, value } of fingerprintsOf(body, kind))
      records.set(identity, { value, position: first + at });
  }
  const identities = [...records.keys()];
  if (others.length > 0)
    await query(
      "DELETE FROM fingerprints WHERE key_set = ANY ($1::int[]) AND identity = ANY ($2::bigint[])",
      [others.map(({ id }) => id), identities],
    );
  if (own === undefined) return;
  const all = [...records.values()];
  await query(
    `INSERT INTO fingerprints (key_set, identity, value, position)
     SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[])
     ON CONFLICT (key_set, identity) DO UPDATE SET value = excluded.value, position = excluded.position`,
    [own, identities, all.map(({ value }) => value), all.map(({ position }) => position)],
  );
}

/** Heap has not taken these records of a batch. */
export async function forgetRecords(
  query: Query,
  set: number,
  position: number,
  records: readonly Fingerprint[],
): Promise<void> {
  await query(
    "DELETE FROM fingerprints WHERE key_set = $1 AND position = $2 AND identity = ANY ($3::bigint[])",
    [set, position, records.map(({ identity }) => identity)],
  );
}

/** Forgets sets that no delivery has used since a time, in milliseconds since 1970. */
export async function forgetUnused(query: Query, before: number): Promise<void> {
  await query(
    `WITH unused AS (DELETE FROM key_sets WHERE used_at < $1 RETURNING id)
     DELETE FROM fingerprints USING unused WHERE key_set = unused.id`,
    [before],
  );
}
