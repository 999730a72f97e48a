/** Opens the real outbox in PostgreSQL, and closes it when the test is over. */

import { Client } from "pg";
import { Database } from "../../src/outbox/postgres/database";
import { migrate } from "../../src/outbox/postgres/migrate";
import { openStore, outboxOf, type PostgresOutboxOptions } from "../../src/outbox/postgres/postgres-outbox";
import type { Store } from "../../src/outbox/postgres/store";
import type { Place } from "../outbox/contract";
import { HandDrivenClock } from "./hand-driven-clock";
import { collectLog } from "./log-lines";
import { ask, type PostgresServer } from "./postgres-server";

/** @returns a function that opens an outbox in a database; to be called at the top of a test file */
export function postgresOutboxes() {
  const closes: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(closes.splice(0).map((close) => close()));
  });
  return async (url: string, more: Partial<PostgresOutboxOptions> = {}) => {
    const clock = new HandDrivenClock();
    const { log, lines } = collectLog();
    const store = await openStore({ url, maxBytes: 1_000_000_000, rejectsTolerated: 0, clock, log, ...more });
    const outbox = outboxOf(store);
    closes.push(() => outbox.upkeep.close());
    return { outbox, store, clock, log, lines };
  };
}

export function postgresPlace(server: PostgresServer, open: ReturnType<typeof postgresOutboxes>): Place {
  return placeAt(server.newDatabase(), server, open);
}

function placeAt(
  made: Promise<string>,
  server: PostgresServer,
  open: ReturnType<typeof postgresOutboxes>,
  elapsed = 0,
): Place {
  const stores: Store[] = [];
  const clocks = new Set<HandDrivenClock>();
  let shifted = elapsed;
  return {
    async open({ maxBytes } = {}) {
      const opened = await open(await made, maxBytes === undefined ? {} : { maxBytes });
      stores.push(opened.store);
      clocks.add(opened.clock);
      return opened;
    },
    async elapse(clock, milliseconds) {
      clock.advance(milliseconds);
      // The database's clock can't be moved on: what it has dated is moved back.
      const ahead = clock.monotonic() - shifted;
      if (ahead <= 0) return;
      shifted += ahead;
      await ask(await made, "UPDATE sends SET at = at - make_interval(secs => $1)", [ahead / 1000]);
    },
    async killed() {
      // Whatever is on its way to the database arrives: only what had not set out is lost.
      for (const { writes } of stores) await writes.idle();
      const copy = server.newDatabase();
      await copyDatabase(await made, await copy);
      return placeAt(copy, server, open, shifted);
    },
  };
}

/** As of one moment, and with nobody left who uses it. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const database = new Database({ url: to, clock: new HandDrivenClock() });
  await migrate(database);
  await database.close();
  const [source, target] = [new Client({ connectionString: from }), new Client({ connectionString: to })];
  await Promise.all([source.connect(), target.connect()]);
  try {
    await source.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    const { rows: tables } = await source.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('schema_version', 'hubs')",
    );
    for (const { name } of tables) {
      const { rows } = await source.query(`SELECT coalesce(json_agg(t), '[]') AS all FROM ${name} t`);
      await target.query(`INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, $1)`, [
        JSON.stringify(rows[0].all),
      ]);
    }
  } finally {
    await Promise.all([source.end(), target.end()]);
  }
}
