/** What the ports of the PostgreSQL outbox share. The database alone says what is true: other hubs write it too. */

import type { Logger } from "pino";
import type { Clock } from "../../clock";
import { newLifetime } from "../../lifetime";
import { type Outcome, outcomeOf } from "../../report";
import { Changes } from "../changes";
import { type DeliveryRow, toKept } from "../delivery-rows";
import { FreshBodies } from "../fresh-bodies";
import type { KeptDelivery } from "../kept-delivery";
import type { Lease } from "../logs";
import { Database } from "./database";
import { Membership } from "./membership";
import { WaitingBytes } from "./waiting-bytes";
import { WriteQueue } from "./write-queue";

export interface PostgresOutboxOptions {
  /** Secret: it may hold a password. */
  url: string;
  /** Most bytes that may wait for Heap. */
  maxBytes: number;
  /** Percent of a result's rows that may be rejects without the delivery counting as failed. */
  rejectsTolerated: number;
  clock: Clock;
  log: Logger;
  /** How long a hub that says nothing counts as alive, in milliseconds. */
  aliveMs?: number;
}

/** With a poll and `HEAP_SETTLE_SECONDS` a hub that dies is replaced within 30 seconds. */
const ALIVE_MS = 15_000;

/** A log that this hub owns. */
export interface OwnedLog extends Lease {
  name: string;
  /** Rises with each owner. */
  number: number;
  /** It is this hub's no more. */
  end(): void;
}

/** A row of a delivery, with how Heap takes what is for its environment. */
export interface FullRow extends DeliveryRow {
  held_up: boolean;
  /** JSON. */
  health: string | null;
}

export const SELECT_DELIVERY = `
  SELECT d.id, started_at, finished_at, host, environment, type, title, looker, webhook, link_key, outcome, asked, read,
         ended, source, told, reading_trace, sending_trace, sent, refused, dropped, cancelled_at, is_new_environment, held_up,
         batches_left, s.health
    FROM deliveries d LEFT JOIN leases s ON s.log = d.log`;

export class Store {
  readonly changes = new Changes();
  readonly database: Database;
  readonly membership: Membership;
  readonly writes: WriteQueue;
  readonly waiting: WaitingBytes;
  /** By the name of the log and the position. */
  readonly fresh = new FreshBodies<string>();
  /** By the name of the log. */
  readonly owned = new Map<string, OwnedLog>();
  /** Ids of the deliveries that this hub sees to. */
  readonly kept = new Set<string>();
  /** Ids of the deliveries that this hub has sent something of. */
  readonly sent = new Set<string>();
  /** Until it is closed. */
  readonly lifetime = newLifetime();

  constructor(readonly options: PostgresOutboxOptions) {
    const { url, maxBytes, clock, log, aliveMs = ALIVE_MS } = options;
    const { signal } = this.lifetime;
    this.database = new Database({ url, clock });
    const { database } = this;
    this.membership = new Membership({ database, clock, aliveMs, signal });
    this.writes = new WriteQueue(clock, log);
    this.waiting = new WaitingBytes({ database, clock, maxBytes, flush: () => this.writes.flush() });
  }

  /** Everything that this hub knows is written before something is read: whoever asks is told what is true now. */
  async rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    await this.writes.flush();
    return this.database.query<Row>(text, values);
  }

  toKept(row: FullRow): KeptDelivery {
    const kept = toKept(row);
    if (kept.finishedAt !== undefined) return kept;
    if (row.held_up) kept.report.isHeldUp = true;
    if (!kept.report.asked.dryRun) kept.report.health = JSON.parse(row.health ?? "{}");
    return { ...kept, outcome: this.outcomeOf(kept) };
  }

  outcomeOf({ report, finishedAt }: Pick<KeptDelivery, "report" | "finishedAt">): Outcome {
    return outcomeOf(report, this.options.rejectsTolerated, finishedAt !== undefined);
  }

  /**
   * Finishes deliveries if nothing is left to do of them. Done by any hub, as often as it likes: one of them finishes it, and
   * tells.
   */
  async finishIfDone(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const [row] = await this.database.query<FullRow>(
        `${SELECT_DELIVERY} WHERE d.id = $1 AND finished_at IS NULL AND ended IS NOT NULL AND batches_left <= 0`,
        [id],
      );
      if (row) await this.finish(row);
    }
  }

  /** Has the other hubs look at the database now, instead of within a second. */
  wakeOthers(): void {
    void this.database.query("NOTIFY looker_heap_hub").catch(() => undefined);
  }

  async close(): Promise<void> {
    if (this.lifetime.signal.aborted) return;
    await this.writes.close();
    this.lifetime.abort();
    await this.membership.leave().catch(() => undefined);
    await this.database.close();
  }

  private async finish(row: FullRow): Promise<void> {
    const finishedAt = this.options.clock.now();
    const kept = { ...toKept(row), finishedAt };
    kept.outcome = this.outcomeOf(kept);
    delete kept.source;
    // Whatever has been counted since leaves it to whoever counted it.
    const finished = await this.database.query(
      `WITH finished AS (
         UPDATE deliveries SET finished_at = $2, outcome = $3, source = NULL, keeper = NULL
          WHERE id = $1 AND finished_at IS NULL AND batches_left <= 0 AND ended = $4
            AND (sent, refused, dropped) = ($5, $6, $7) RETURNING id, host, environment, outcome, sent),
       reach AS (
         INSERT INTO reached SELECT host, environment FROM finished WHERE outcome = 'delivered' AND sent > 0
         ON CONFLICT DO NOTHING)
       SELECT id FROM finished`,
      [row.id, finishedAt, kept.outcome, row.ended, row.sent, row.refused, row.dropped],
    );
    if (finished.length === 0) return;
    const isKept = this.kept.delete(row.id);
    this.sent.delete(row.id);
    this.changes.announce("finished", kept);
    // Looker may be waiting for it at the hub that sees to it.
    if (!isKept) this.wakeOthers();
  }
}

/** Texts in PostgreSQL can't hold this character. Source: https://www.postgresql.org/docs/current/datatype-character.html */
export function textOf(text: string): string {
  return text.replaceAll("\0", "\uFFFD");
}
