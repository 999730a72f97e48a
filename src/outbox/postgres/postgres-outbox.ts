/** The outbox in PostgreSQL: many hubs, one database. */

import { SetupError } from "../../errors";
import type { Outbox } from "../outbox";
import { migrate } from "./migrate";
import { PostgresBequest } from "./postgres-bequest";
import { PostgresIntake } from "./postgres-intake";
import { PostgresLogs } from "./postgres-logs";
import { PostgresRecords } from "./postgres-records";
import { PostgresUpkeep } from "./postgres-upkeep";
import { type PostgresOutboxOptions, Store } from "./store";
import { Watch } from "./watch";

export type { PostgresOutboxOptions } from "./store";

/** @throws SetupError when the database can't be used */
export async function openPostgresOutbox(options: PostgresOutboxOptions): Promise<Outbox> {
  return outboxOf(await openStore(options));
}

/** @throws SetupError when the database can't be used */
export async function openStore(options: PostgresOutboxOptions): Promise<Store> {
  const store = new Store(options);
  try {
    await migrate(store.database);
    await store.membership.join();
    await store.membership.bury();
    return store;
  } catch (error) {
    await store.database.close();
    if (error instanceof SetupError) throw error;
    throw new SetupError("DATABASE_URL: the database can't be used.");
  }
}

export function outboxOf(store: Store): Outbox {
  const watch = new Watch(store);
  return {
    intake: new PostgresIntake(store),
    logs: new PostgresLogs(store),
    records: new PostgresRecords(store),
    upkeep: new PostgresUpkeep(store, () => watch.stop()),
    changes: store.changes,
    bequest: new PostgresBequest(store),
  };
}
