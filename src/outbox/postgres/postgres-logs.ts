/** The log of each environment, in PostgreSQL. Each is one hub's at a time. */

import { type LoggedBatch, logName } from "../../batches";
import type { Environment, KindName } from "../../heap";
import { newLifetime } from "../../lifetime";
import type { HealthState } from "../../report";
import { type BatchOutcome, type Lease, LeaseLost, type Logs } from "../logs";
import { bytesOf, numbersOf } from "../numbers";
import { enterLog } from "./checkpoint";
import { countDone, type DoneBatch, dropBehind, holdLease } from "./done";
import type { OwnedLog, Store } from "./store";

/** Recorded sends are of use for a window and a time-out; this is longer than both. */
const KEPT_SENDS = "1 hour";

/** What is done is written together, up to so many batches. */
const MAX_TOGETHER = 500;

interface BatchRow {
  position: number;
  delivery: string;
  host: string;
  environment: string;
  type: KindName;
  hashes: Buffer;
  rows: Buffer;
  bytes: number;
  is_cancelled: boolean;
}

/** Batches that are done, and about to be written together. */
interface Together {
  batches: DoneBatch[];
  stored: Promise<void>;
}

export class PostgresLogs implements Logs {
  /** By lease: what is still to be written. */
  private readonly together = new Map<OwnedLog, Together>();

  constructor(private readonly store: Store) {}

  async waiting(): Promise<Environment[]> {
    const rows = await this.store.rows<{ host: string; environment: string }>(
      `SELECT host, environment FROM logs WHERE EXISTS (SELECT 1 FROM batches WHERE log = name) ORDER BY name`,
    );
    return rows.map(({ host, environment }) => ({ id: environment, host }));
  }

  async own(environment: Environment): Promise<Lease | undefined> {
    const { membership, owned, database } = this.store;
    const name = logName(environment);
    const known = owned.get(name);
    if (known?.isHeld) return known;
    if (!membership.isAlive) return undefined;
    await enterLog(database.query, { environment });
    const { id, lost } = membership;
    const [row] = await database.query<{ number: number; is_again: boolean; ago: number | null }>(
      // How Heap takes requests is found out anew.
      `UPDATE leases SET owner = $2, number = number + 1, health = '{}'
         FROM (SELECT owner IS NOT NULL AS is_again, former_until AS until FROM leases WHERE log = $1 FOR UPDATE) former
        WHERE log = $1 AND (owner IS NULL OR owner = $2) AND EXISTS (SELECT 1 FROM hubs WHERE id = $2)
        RETURNING number, is_again, extract(epoch FROM clock_timestamp() - until)::float8 * 1000 AS ago`,
      [name, id],
    );
    if (!row || lost.aborted) return undefined;
    await database.query(
      "UPDATE deliveries SET outcome = 'in progress' WHERE log = $1 AND finished_at IS NULL AND outcome = 'parked'",
      [name],
    );
    await database.query("UPDATE deliveries SET held_up = false WHERE log = $1 AND held_up", [name]);
    await database.query("DELETE FROM identity_sets WHERE log = $1", [name]);
    return this.keep(environment, row, lost);
  }

  async giveBack(lease: Lease, isQuiet: boolean): Promise<void> {
    const own = ownOf(lease);
    const { store } = this;
    own.end();
    // Behind what is still to be written in its name.
    void store.writes.soon(async () => {
      await store.database.query(
        `UPDATE leases SET owner = NULL, former_until = CASE WHEN $3 THEN NULL ELSE clock_timestamp() END
          WHERE log = $1 AND number = $2 AND owner IS NOT NULL`,
        [own.name, own.number, isQuiet],
      );
    });
    await store.writes.flush();
  }

  async askToProbe(environment: Environment): Promise<void> {
    const { store } = this;
    const name = logName(environment);
    if (store.owned.get(name)?.isHeld) store.changes.announce("probe", environment);
    else {
      await store.database.query("UPDATE leases SET probes = probes + 1 WHERE log = $1", [name]);
      store.wakeOthers();
    }
  }

  async read(lease: Lease, after: number, limit: number, delivery?: string): Promise<LoggedBatch[]> {
    const { name } = ownOf(lease);
    const [where, of] = delivery === undefined ? ["b.log = $1", name] : ["b.delivery = $1", delivery];
    const rows = await this.store.rows<BatchRow>(
      `SELECT position, b.delivery, d.host, d.environment, d.type, hashes, rows, bytes,
              cancelled_at IS NOT NULL AS is_cancelled
         FROM batches b JOIN deliveries d ON d.id = b.delivery
        WHERE ${where} AND position > $2 ORDER BY position LIMIT $3`,
      [of, after, limit],
    );
    return rows.map(({ position, delivery, host, environment, type, hashes, rows, bytes, is_cancelled }) => ({
      ...{ position, delivery, environment: { id: environment, host }, kind: type, bytes },
      ...{ hashes: numbersOf(hashes), rows: numbersOf(rows), isCancelled: is_cancelled },
    }));
  }

  async body(lease: Lease, position: number): Promise<Buffer> {
    const { name } = ownOf(lease);
    const fresh = this.store.fresh.take(`${name} ${position}`);
    if (fresh) return fresh;
    const [row] = await this.store.database.query<{ body: Buffer }>(
      "SELECT body FROM batches WHERE log = $1 AND position = $2",
      [name, position],
    );
    if (!row) throw new Error("a batch is not in the outbox any more");
    return row.body;
  }

  done(lease: Lease, batch: LoggedBatch, outcome: BatchOutcome): Promise<void> {
    const { store } = this;
    const own = ownOf(lease);
    store.fresh.take(`${own.name} ${batch.position}`);
    store.waiting.add(-batch.bytes);
    store.sent.add(batch.delivery);
    const open = this.together.get(own);
    if (open && open.batches.length < MAX_TOGETHER) {
      open.batches.push({ batch, outcome });
      return open.stored;
    }
    const batches = [{ batch, outcome }];
    const stored = store.writes.soon(async () => {
      if (this.together.get(own)?.batches === batches) this.together.delete(own);
      await store.database.transaction(async (query) => {
        await holdLease(query, own);
        await countDone(query, own.name, batches);
      });
      await store.finishIfDone([...new Set(batches.map(({ batch }) => batch.delivery))]);
    });
    this.together.set(own, { batches, stored });
    return stored;
  }

  drop(lease: Lease, delivery: string, behind: number): Promise<void> {
    const { store } = this;
    const own = ownOf(lease);
    return store.writes.soon(async () => {
      await store.database.transaction(async (query) => {
        await holdLease(query, own);
        await dropBehind(query, own.name, delivery, behind);
      });
      await store.finishIfDone([delivery]);
    });
  }

  async recordSend(lease: Lease, hashes: Int32Array): Promise<void> {
    const { name, number } = ownOf(lease);
    const stored = await this.store.database.query(
      `INSERT INTO sends (log, at, hashes) SELECT log, clock_timestamp(), $3 FROM leases WHERE log = $1 AND number = $2
       RETURNING log`,
      [name, number, bytesOf(hashes)],
    );
    if (stored.length === 0) throw new LeaseLost();
  }

  async recordedSends(lease: Lease, withinMs: number): Promise<Int32Array[]> {
    const { name } = ownOf(lease);
    const { database } = this.store;
    await database.query("DELETE FROM sends WHERE log = $1 AND at < clock_timestamp() - $2::interval", [
      name,
      KEPT_SENDS,
    ]);
    const rows = await database.query<{ hashes: Buffer }>(
      "SELECT hashes FROM sends WHERE log = $1 AND at >= clock_timestamp() - make_interval(secs => $2) ORDER BY at",
      [name, withinMs / 1000],
    );
    return rows.map(({ hashes }) => numbersOf(hashes));
  }

  async keepIdentities(lease: Lease, set: number, parts: readonly Buffer[]): Promise<void> {
    const own = ownOf(lease);
    const rows = parts.map((_part, at) => `($1, $2, ${at}, $${at + 3})`);
    await this.store.database.transaction(async (query) => {
      await holdLease(query, own);
      await query(
        `INSERT INTO identity_sets (log, first, part, identities) VALUES ${rows.join(", ")}
         ON CONFLICT (log, first, part) DO UPDATE SET identities = excluded.identities`,
        [own.name, set, ...parts],
      );
    });
  }

  async identities(lease: Lease, set: number, part: number): Promise<Buffer> {
    const [row] = await this.store.database.query<{ identities: Buffer }>(
      "SELECT identities FROM identity_sets WHERE log = $1 AND first = $2 AND part = $3",
      [ownOf(lease).name, set, part],
    );
    if (!row) throw new LeaseLost();
    return row.identities;
  }

  dropIdentities(lease: Lease, set: number): Promise<void> {
    const { store } = this;
    const { name, number } = ownOf(lease);
    return store.writes.soon(async () => {
      await store.database.query(
        `DELETE FROM identity_sets USING leases
          WHERE identity_sets.log = $1 AND first = $2 AND leases.log = $1 AND number = $3`,
        [name, set, number],
      );
    });
  }

  setHeldUp(lease: Lease, delivery: string, isHeldUp: boolean): Promise<void> {
    const { store } = this;
    const { name, number } = ownOf(lease);
    return store.writes.soon(async () => {
      await store.database.query(
        `UPDATE deliveries SET held_up = $2 FROM leases
          WHERE id = $1 AND leases.log = $3 AND number = $4 AND finished_at IS NULL`,
        [delivery, isHeldUp, name, number],
      );
    });
  }

  async setHealth(lease: Lease, state: HealthState): Promise<void> {
    const { store } = this;
    const own = ownOf(lease);
    await store.writes.soon(async () => {
      await store.database.transaction(async (query) => {
        const set = await query(
          "UPDATE leases SET health = $3 WHERE log = $1 AND number = $2 RETURNING log",
          [...[own.name, own.number, JSON.stringify(state)]],
        );
        if (set.length === 0) throw new LeaseLost();
        await query(
          `UPDATE deliveries SET outcome = $2 WHERE log = $1 AND finished_at IS NULL AND cancelled_at IS NULL
              AND outcome IN ('in progress', 'parked') AND outcome <> $2 AND NOT (asked::json ->> 'dryRun')::boolean`,
          [own.name, state.parked === undefined ? "in progress" : "parked"],
        );
      });
      store.changes.announce("health", { environment: own.environment, state });
    });
  }

  private keep(
    environment: Environment,
    { number, is_again, ago }: { number: number; is_again: boolean; ago: number | null },
    lost: AbortSignal,
  ): OwnedLog {
    const { membership, owned, fresh, options } = this.store;
    const name = logName(environment);
    const lifetime = newLifetime(lost);
    const now = options.clock.monotonic();
    // This hub itself was out of touch: it may have sent until a moment ago.
    const formerUntil = is_again ? now : ago === null ? undefined : Math.floor(now - ago);
    const lease: OwnedLog = {
      ...{ environment, name, number, formerUntil },
      lost: lifetime.signal,
      end: () => lifetime.abort(),
      get isHeld() {
        return !lifetime.signal.aborted && membership.isAlive;
      },
    };
    owned.set(name, lease);
    lifetime.signal.addEventListener("abort", () => {
      if (owned.get(name) === lease) owned.delete(name);
      fresh.forget((key) => key.startsWith(`${name} `));
    });
    return lease;
  }
}

function ownOf(lease: Lease): OwnedLog {
  if ("number" in lease && "name" in lease) return lease as OwnedLog;
  throw new Error("the lease is another outbox's");
}
