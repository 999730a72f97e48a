/** The deliveries in PostgreSQL, to be looked at and acted on by any hub. */

import {
  type Batch,
  bodyOfRefused,
  buildBatches,
  logName,
  type RefusedRecord,
  type Reject,
} from "../../batches";
import { NAMED_REJECTS, type TraceData, type Traces } from "../../report";
import { foldTitle, toKept } from "../delivery-rows";
import type { KeptDelivery } from "../kept-delivery";
import { keysOf } from "../key-set";
import type { DeliverySearch, FoundDeliveries, Records, SearchChoices } from "../records";
import { type RejectRow, toReject } from "../reject-rows";
import { appendStatement } from "./append";
import type { Query } from "./database";
import { enterSet, remember } from "./fingerprints";
import { type FullRow, SELECT_DELIVERY, type Store } from "./store";

/** Most values that a search offers to choose from. */
const MAX_CHOICES = 200;

/** What can't be read now is tried for so long, in milliseconds: Looker's reply may wait for it. */
const READ_WITHIN_MS = 20_000;

const WHERE = `
  WHERE ($1::text IS NULL OR strpos(title_folded, $1) > 0) AND ($2::text IS NULL OR looker = $2)
    AND ($3::text IS NULL OR environment = $3) AND ($4::text IS NULL OR outcome = $4)`;

export class PostgresRecords implements Records {
  constructor(private readonly store: Store) {}

  async find(search: DeliverySearch, skip: number, limit: number): Promise<FoundDeliveries> {
    const { title, looker, environment, outcome } = search;
    const values = [title && foldTitle(title), looker, environment, outcome].map((each) => each ?? null);
    const rows = await this.read<FullRow>(
      `${SELECT_DELIVERY} ${WHERE} ORDER BY started_at DESC, d.id DESC LIMIT $5 OFFSET $6`,
      [...values, limit, skip],
    );
    const [counted] = await this.read<{ total: number }>(
      `SELECT count(*) AS total FROM deliveries ${WHERE}`,
      values,
    );
    return { deliveries: rows.map((row) => this.store.toKept(row)), total: counted?.total ?? 0 };
  }

  async choices(): Promise<SearchChoices> {
    return { lookers: await this.distinct("looker"), environments: await this.distinct("environment") };
  }

  async get(delivery: string): Promise<KeptDelivery | undefined> {
    const [row] = await this.read<FullRow>(`${SELECT_DELIVERY} WHERE d.id = $1`, [delivery]);
    if (!row) return undefined;
    const kept = this.store.toKept(row);
    if (kept.report.refused > 0) {
      const refusals = await this.read<RejectRow>(
        "SELECT row, reason FROM rejects WHERE delivery = $1 AND record IS NOT NULL ORDER BY row LIMIT $2",
        [delivery, NAMED_REJECTS],
      );
      kept.report.refusals = refusals.map(({ row, reason }) => ({ row, reason }));
    }
    return kept;
  }

  async unfinished(): Promise<KeptDelivery[]> {
    const rows = await this.read<FullRow>(`${SELECT_DELIVERY} WHERE finished_at IS NULL ORDER BY started_at`);
    return rows.map((row) => this.store.toKept(row));
  }

  async takeUp(): Promise<KeptDelivery[]> {
    const { membership, kept } = this.store;
    await membership.bury();
    await this.read(
      `UPDATE deliveries SET keeper = $1
        WHERE finished_at IS NULL AND keeper IS NULL AND EXISTS (SELECT 1 FROM hubs WHERE hubs.id = $1)`,
      [membership.id],
    );
    // An answer may be lost: what this hub knows of already is what it has not just taken on.
    const rows = await this.read<FullRow>(
      `${SELECT_DELIVERY} WHERE finished_at IS NULL AND keeper = $1 AND d.id <> ALL ($2) ORDER BY started_at`,
      [membership.id, [...kept]],
    );
    const taken = rows.filter(({ id }) => !kept.has(id));
    for (const { id } of taken) kept.add(id);
    return taken.map((row) => this.store.toKept(row));
  }

  async preview(delivery: string): Promise<readonly string[]> {
    const [row] = await this.read<{ preview: string | null }>(
      "SELECT preview FROM deliveries WHERE id = $1",
      [delivery],
    );
    return JSON.parse(row?.preview ?? "[]");
  }

  async rejects(delivery: string, after: number, limit: number): Promise<Reject[]> {
    const rows = await this.read<RejectRow>(
      `SELECT row, identity, reason, record, column_label FROM rejects
        WHERE delivery = $1 AND row > $2 ORDER BY row LIMIT $3`,
      [delivery, after, limit],
    );
    return rows.map(toReject);
  }

  async standstill(): Promise<number | undefined> {
    const [row] = await this.read<{ opened: number; is_busy: boolean }>(
      `SELECT last_value AS opened, EXISTS (SELECT 1 FROM deliveries WHERE finished_at IS NULL) AS is_busy
         FROM deliveries_opened`,
    );
    return row && !row.is_busy ? row.opened : undefined;
  }

  async cancel(delivery: string, at: number): Promise<boolean> {
    const { store } = this;
    const [row] = await store.rows<{ host: string; environment: string; is_first: boolean }>(
      `UPDATE deliveries d SET cancelled_at = coalesce(d.cancelled_at, $2), outcome = 'in progress'
         FROM (SELECT cancelled_at FROM deliveries WHERE id = $1 FOR UPDATE) former
        WHERE id = $1 AND finished_at IS NULL
        RETURNING host, environment, former.cancelled_at IS NULL AS is_first`,
      [delivery, at],
    );
    if (!row) return false;
    if (!row.is_first) return true;
    const { host, environment } = row;
    store.changes.announce("cancelled", { id: delivery, environment: { id: environment, host } });
    await store.finishIfDone([delivery]);
    store.wakeOthers();
    return true;
  }

  async sendAgain(delivery: string): Promise<KeptDelivery | undefined> {
    const { store } = this;
    await store.writes.flush();
    const wasKept = store.kept.has(delivery);
    store.kept.add(delivery);
    const batches = await store.database.transaction((query) => this.putBack(query, delivery));
    const [first] = batches;
    if (!first) {
      if (!wasKept) store.kept.delete(delivery);
      return undefined;
    }
    for (const { body } of batches) store.waiting.add(body.length);
    store.changes.announce("grown", first.environment);
    return this.get(delivery);
  }

  async note(delivery: string, part: keyof Traces, trace: TraceData): Promise<void> {
    const kept = JSON.stringify(trace);
    const { store } = this;
    await store.writes.soon(async () => {
      await store.database.query(`UPDATE deliveries SET ${part}_trace = $2 WHERE id = $1`, [delivery, kept]);
    });
  }

  /** @returns what is in the log again */
  private async putBack(query: Query, delivery: string): Promise<Batch[]> {
    const { membership, options } = this.store;
    const [row] = await query<FullRow & { checkpoint: number; log: string }>(
      `SELECT *, NULL AS health FROM deliveries WHERE id = $1 AND finished_at IS NOT NULL FOR UPDATE`,
      [delivery],
    );
    const refused = await query<RefusedRecord>(
      "SELECT identity, row, record FROM rejects WHERE delivery = $1 AND record IS NOT NULL ORDER BY row",
      [delivery],
    );
    if (!row || refused.length === 0) return [];
    const { report } = toKept(row);
    const { environment, kind, asked, read } = report;
    const batches = buildBatches([bodyOfRefused(kind, refused)], { delivery, environment, kind });
    await query("DELETE FROM rejects WHERE delivery = $1 AND record IS NOT NULL", [delivery]);
    await query(
      `UPDATE deliveries SET finished_at = NULL, outcome = 'in progress', refused = refused - $2, ended = NULL,
              cancelled_at = NULL, keeper = $3 WHERE id = $1`,
      [delivery, refused.length, membership.id],
    );
    const set = { log: logName(environment), kind, keys: keysOf(read) };
    const at = options.clock.now();
    await query("SELECT 1 FROM logs WHERE name = $1 FOR UPDATE", [set.log]);
    const own = asked.sync === "changed" ? await enterSet(query, set, at) : undefined;
    const { text, values } = appendStatement({
      ...{ delivery, log: set.log, number: row.checkpoint + 1, batches, keySet: own, at, isJudged: true },
      ...{ read: row.read, readIfCancelled: row.read, preview: undefined, rejects: [] },
      end: row.ended ?? undefined,
    });
    const [answer] = await query<{ base: number | null }>(text, values);
    if (answer?.base === null || answer === undefined)
      throw new Error("what was refused can't be put into the log");
    await remember(query, set, { batches, own, first: answer.base });
    await query("SELECT nextval('deliveries_opened')");
    return batches;
  }

  private async distinct(column: "looker" | "environment"): Promise<string[]> {
    const rows = await this.read<{ value: string }>(
      `SELECT DISTINCT ${column} AS value FROM deliveries WHERE ${column} IS NOT NULL ORDER BY 1 LIMIT $1`,
      [MAX_CHOICES],
    );
    return rows.map(({ value }) => value);
  }

  private read<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { database, lifetime } = this.store;
    return database.tryFor(READ_WITHIN_MS, () => this.store.rows<Row>(text, values), lifetime.signal);
  }
}
