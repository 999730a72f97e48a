/** Keeps the database in order: one hub at a time. */

import type { Figures, Upkeep } from "../upkeep";
import { forgetUnused } from "./fingerprints";
import type { Store } from "./store";

/** Deliveries that are deleted in one transaction. */
const AT_ONCE = 100;

interface WaitingRow {
  host: string;
  environment: string;
  batches: number;
  bytes: number;
  oldest: number;
}

export class PostgresUpkeep implements Upkeep {
  constructor(
    private readonly store: Store,
    private readonly stopWatching: () => Promise<void>,
  ) {}

  async figures(): Promise<Figures> {
    const { options, membership } = this.store;
    const rows = await this.store.rows<WaitingRow>(
      `SELECT host, environment, count(*) AS batches, sum(bytes)::bigint AS bytes, min(at) AS oldest
         FROM batches JOIN logs ON logs.name = batches.log JOIN leases ON leases.log = logs.name
        WHERE owner = $1 OR owner IS NULL AND $1 = (SELECT min(id) FROM hubs)
        GROUP BY host, environment ORDER BY 1, 2`,
      [membership.id],
    );
    const now = options.clock.now();
    return {
      ageMs: 0,
      waiting: rows.map(({ host, environment, batches, bytes, oldest }) => ({
        ...{ environment: { id: environment, host }, batches, bytes },
        // By the clock of the hub that read it: it may be ahead of this one's.
        oldestMs: Math.max(now - oldest, 0),
      })),
    };
  }

  async forget(before: number): Promise<void> {
    const { database } = this.store;
    const [mine] = await database.query(
      `INSERT INTO chores (name, until) VALUES ('forget', clock_timestamp() + interval '10 minutes')
       ON CONFLICT (name) DO UPDATE SET until = excluded.until WHERE chores.until < clock_timestamp() RETURNING name`,
    );
    if (!mine) return;
    try {
      while ((await this.forgetSome(before)) === AT_ONCE);
      await database.transaction((query) => forgetUnused(query, before));
    } finally {
      await database.query("UPDATE chores SET until = clock_timestamp() WHERE name = 'forget'");
    }
  }

  async close(): Promise<void> {
    await this.stopWatching();
    await this.store.close();
  }

  private async forgetSome(before: number): Promise<number> {
    const gone = await this.store.database.query(
      `WITH old AS (
         DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE finished_at < $1 LIMIT ${AT_ONCE})
         RETURNING id),
       rejected AS (DELETE FROM rejects USING old WHERE delivery = old.id)
       SELECT id FROM old`,
      [before],
    );
    return gone.length;
  }
}
