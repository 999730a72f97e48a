/**
 * Remembers, for `sync: changed`, which record of an identity Heap was last confirmed to hold, for each set of
 * property keys. Wrong in one direction only: what is not remembered is sent.
 *
 * A fingerprint is put in with its batch, not yet confirmed (`position` is the batch's), and confirmed (0) when
 * Heap has accepted that batch. Whatever is put in later overwrites or deletes it, so a late confirmation of an
 * earlier batch finds nothing to confirm.
 */

import { type Batch, type Fingerprint, logName } from "../../batches";
import { fingerprintsOf, type KeySet, textOfKeys } from "../key-set";
import type { Database } from "./driver";

/**
 * Most memory for pages of the database once fingerprints are written, in KiB: they come in no order, and with as little
 * as bodies need, the first million take half as long again.
 */
const CACHE_KIB = 16_000;

export class Fingerprints {
  private readonly statements: ReturnType<typeof prepare>;
  private isCacheWide = false;

  constructor(private readonly database: Database) {
    this.statements = prepare(database);
  }

  /** By record: whether it is what Heap was last confirmed to hold. */
  unchanged(set: KeySet, records: readonly Fingerprint[]): boolean[] {
    const id = this.idOf(set);
    if (id === undefined) return records.map(() => false);
    return records.map(({ identity, value }) => this.statements.confirmed.get(id, identity) === value);
  }

  /** The set is in use: it is not forgotten. */
  touch({ log, kind, keys }: KeySet, at: number): void {
    this.statements.touchSet.run(at, log, kind, textOfKeys(keys));
  }

  /** Makes the entry of a set, so that fingerprints can be put into it. @returns its id */
  enter({ log, kind, keys }: KeySet, at: number): number {
    this.statements.insertSet.run(log, kind, textOfKeys(keys), at);
    return this.idOf({ log, kind, keys }) ?? 0;
  }

  /**
   * A batch goes into the log: forgets what it may outdate.
   * @param own the set to remember its records in; undefined when they are not to be remembered
   */
  putIn(batch: Batch, position: number, keys: readonly string[], own: number | undefined): void {
    const log = logName(batch.environment);
    const others = this.sharing({ log, kind: batch.kind, keys }).filter((id) => id !== own);
    if (own === undefined && others.length === 0) return;
    this.widenCache();
    for (const { identity, value } of fingerprintsOf(batch.body, batch.kind)) {
      for (const other of others) this.statements.remove.run(other, identity);
      if (own !== undefined) this.statements.put.run(own, identity, value, position);
    }
  }

  /** Heap has accepted the records of a batch but for those at these places. */
  confirm(
    set: number,
    position: number,
    records: readonly Fingerprint[],
    refused: ReadonlySet<number>,
  ): void {
    this.widenCache();
    for (const [at, { identity }] of records.entries()) {
      if (!refused.has(at)) this.statements.confirm.run(set, identity, position);
    }
  }

  /** Forgets sets that no delivery has used since a time. */
  forgetUnused(before: number): void {
    for (const id of this.statements.unusedSets.all(before)) {
      this.statements.removeAll.run(id);
      this.statements.removeSet.run(id);
    }
  }

  private widenCache(): void {
    if (!this.isCacheWide) this.database.pragma(`cache_size = -${CACHE_KIB}`);
    this.isCacheWide = true;
  }

  private idOf({ log, kind, keys }: KeySet): number | undefined {
    return this.statements.findSet.get(log, kind, textOfKeys(keys));
  }

  /** The sets that have a key in common with these. */
  private sharing({ log, kind, keys }: KeySet): number[] {
    const wanted = new Set(keys);
    return this.statements.sets
      .all(log, kind)
      .filter(({ keys: text }) => (JSON.parse(text) as string[]).some((key) => wanted.has(key)))
      .map(({ id }) => id);
  }
}

function prepare(database: Database) {
  return {
    insertSet: database.prepare(
      `INSERT INTO key_sets (log, type, keys, used_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (log, type, keys) DO UPDATE SET used_at = excluded.used_at`,
    ),
    findSet: database
      .prepare<[string, string, string], number>(
        "SELECT id FROM key_sets WHERE log = ? AND type = ? AND keys = ?",
      )
      .pluck(),
    sets: database.prepare<[string, string], { id: number; keys: string }>(
      "SELECT id, keys FROM key_sets WHERE log = ? AND type = ?",
    ),
    touchSet: database.prepare("UPDATE key_sets SET used_at = ? WHERE log = ? AND type = ? AND keys = ?"),
    unusedSets: database.prepare<[number], number>("SELECT id FROM key_sets WHERE used_at < ?").pluck(),
    removeSet: database.prepare("DELETE FROM key_sets WHERE id = ?"),
    removeAll: database.prepare("DELETE FROM fingerprints WHERE key_set = ?"),
    confirmed: database
      .prepare<[number, number], number>(
        "SELECT value FROM fingerprints WHERE key_set = ? AND identity = ? AND position = 0",
      )
      .pluck(),
    put: database.prepare(
      "INSERT OR REPLACE INTO fingerprints (key_set, identity, value, position) VALUES (?, ?, ?, ?)",
    ),
    remove: database.prepare("DELETE FROM fingerprints WHERE key_set = ? AND identity = ?"),
    confirm: database.prepare(
      "UPDATE fingerprints SET position = 0 WHERE key_set = ? AND identity = ? AND position = ?",
    ),
  };
}
