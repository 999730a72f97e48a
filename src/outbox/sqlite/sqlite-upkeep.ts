/** Keeps the database in order. */

import type { Figures, Upkeep } from "../upkeep";
import { dropDeletedPages, emptyLog } from "./deleted-pages";
import { deleteQuarantined } from "./quarantine";
import { KEPT_SENDS_MS } from "./sqlite-logs";
import type { Store } from "./store";

export class SqliteUpkeep implements Upkeep {
  private isEmptying = false;

  constructor(private readonly store: Store) {}

  async figures(): Promise<Figures> {
    const { waiting, options } = this.store;
    return { ageMs: 0, waiting: waiting.byLog(options.clock.monotonic()) };
  }

  async forget(before: number): Promise<void> {
    const { statements, fingerprints, writes, database, lifetime, file, options } = this.store;
    deleteQuarantined(file, before, options.log);
    await writes.commit(() => {
      statements.deleteFinished(before);
      statements.deleteSends(options.clock.now() - KEPT_SENDS_MS);
      fingerprints.forgetUnused(before);
    });
    await dropDeletedPages(database, lifetime.signal);
    if (this.isEmptying) return;
    this.isEmptying = true;
    void emptyLog(database, options.clock, lifetime.signal).finally(() => {
      this.isEmptying = false;
    });
  }

  async close(): Promise<void> {
    this.store.close();
  }
}
