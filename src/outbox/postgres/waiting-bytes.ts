/** How much waits for Heap in all logs together: asked of the database now and then, and counted on in between. */

import { number } from "../../amounts";
import type { Clock } from "../../clock";
import type { Database } from "./database";

/** How often the database is asked, in milliseconds. */
const LOOK_EVERY_MS = 1000;

export interface WaitingBytesOptions {
  database: Database;
  clock: Clock;
  /** Most bytes that may wait for Heap. */
  maxBytes: number;
  /** What this hub knows is written, so that it is in what the database answers. */
  flush(): Promise<void>;
}

export class WaitingBytes {
  private bytes = 0;
  /** Put in here, and taken out, since the database was asked. */
  private since = 0;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: WaitingBytesOptions) {}

  add(bytes: number): void {
    this.since += bytes;
  }

  /** Why no more can be taken, as part of a sentence; undefined when it can. */
  async problem(): Promise<string | undefined> {
    const { database, clock, maxBytes } = this.options;
    if (clock.monotonic() - this.lookedAt >= LOOK_EVERY_MS || database.trouble !== undefined)
      await this.look();
    if (database.trouble !== undefined) return database.trouble;
    const bytes = this.bytes + this.since;
    return bytes >= maxBytes
      ? `the action hub's outbox is full (${megabytes(bytes)} wait for Heap)`
      : undefined;
  }

  private async look(): Promise<void> {
    const { database, clock, flush } = this.options;
    this.lookedAt = clock.monotonic();
    try {
      await flush();
      const before = this.since;
      const [row] = await database.query<{ bytes: number }>(
        "SELECT coalesce(sum(bytes), 0)::bigint AS bytes FROM batches",
      );
      this.bytes = row?.bytes ?? 0;
      this.since -= before;
    } catch {
      // What is wrong is known to the database's side.
    }
  }
}

function megabytes(bytes: number): string {
  return `${number(Math.round(bytes / 1e6))} MB`;
}
