/** The deliveries in SQLite, to be looked at and acted on. */

import { type Batch, bodyOfRefused, buildBatches, type Reject } from "../../batches";
import { NAMED_REJECTS, type TraceData, type Traces } from "../../report";
import { type DeliveryRow, foldTitle, toKept } from "../delivery-rows";
import type { KeptDelivery } from "../kept-delivery";
import type { DeliverySearch, FoundDeliveries, Records, SearchChoices } from "../records";
import { type RejectRow, toReject } from "../reject-rows";
import type { Database } from "./driver";
import { SELECT_DELIVERY } from "./select-delivery";
import type { Store } from "./store";

/** Most values that a search offers to choose from. */
const MAX_CHOICES = 200;

const WHERE = `
  WHERE (@title IS NULL OR instr(title_folded, @title) > 0)
    AND (@looker IS NULL OR looker = @looker)
    AND (@environment IS NULL OR environment = @environment)
    AND (@outcome IS NULL OR outcome = @outcome)`;

type SearchValues = Record<"title" | "looker" | "environment" | "outcome", string | null>;

export class SqliteRecords implements Records {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(private readonly store: Store) {
    this.statements = prepare(store.database);
  }

  async find(search: DeliverySearch, skip: number, limit: number): Promise<FoundDeliveries> {
    const values = {
      title: search.title === undefined ? null : foldTitle(search.title),
      looker: search.looker ?? null,
      environment: search.environment ?? null,
      outcome: search.outcome ?? null,
    };
    const rows = this.statements.page.all({ ...values, skip, limit });
    return {
      deliveries: rows.map((row) => this.store.current(row)),
      total: this.statements.count.get(values) ?? 0,
    };
  }

  async choices(): Promise<SearchChoices> {
    return {
      lookers: this.statements.lookers.all(MAX_CHOICES),
      environments: this.statements.environments.all(MAX_CHOICES),
    };
  }

  async get(delivery: string): Promise<KeptDelivery | undefined> {
    const row = this.statements.one.get(delivery);
    return row && this.withRefusals(this.store.current(row));
  }

  async unfinished(): Promise<KeptDelivery[]> {
    return this.store.statements.readUnfinished().map((row) => this.store.current(row));
  }

  takeUp(): Promise<KeptDelivery[]> {
    return this.unfinished();
  }

  async preview(delivery: string): Promise<readonly string[]> {
    return JSON.parse(this.statements.preview.get(delivery) ?? "[]");
  }

  async rejects(delivery: string, after: number, limit: number): Promise<Reject[]> {
    return this.statements.rejects.all(delivery, after, limit).map(toReject);
  }

  async standstill(): Promise<number | undefined> {
    return this.store.open.size === 0 ? this.store.opened : undefined;
  }

  async cancel(delivery: string, at: number): Promise<boolean> {
    const { store } = this;
    const open = store.openOne(delivery);
    if (!open) return false;
    const { report } = open.kept;
    if (report.cancelledAt !== undefined) return true;
    return store.writes.commit(
      () => store.statements.cancel(delivery, at),
      (isCancelled) => {
        if (!isCancelled) return;
        report.cancelledAt = at;
        store.changes.announce("cancelled", { id: delivery, environment: report.environment });
        store.finishIfDone(open);
      },
    );
  }

  async sendAgain(delivery: string): Promise<KeptDelivery | undefined> {
    const { store } = this;
    const again = await store.writes.commit(
      () => this.putBack(delivery),
      (stored) => {
        if (!stored) return;
        store.areIn(stored.batches, stored.positions, store.add(stored.kept, 0));
      },
    );
    return again && this.get(delivery);
  }

  async note(delivery: string, part: keyof Traces, trace: TraceData): Promise<void> {
    const kept = structuredClone(trace);
    await this.store.writes.soon(() => this.store.statements.note(delivery, part, kept));
  }

  /** Part of a transaction. */
  private putBack(
    delivery: string,
  ): { kept: KeptDelivery; batches: Batch[]; positions: number[] } | undefined {
    const { statements } = this.store;
    const row = statements.readFinished(delivery);
    const refused = row ? statements.readRefusals(delivery) : [];
    if (!row || refused.length === 0) return undefined;
    const { finishedAt, ...kept } = toKept(row);
    const { environment, kind, asked, read } = kept.report;
    const batches = buildBatches([bodyOfRefused(kind, refused)], { delivery, environment, kind });
    statements.deleteRefusals(delivery);
    statements.reopenDelivery(delivery, refused.length);
    const positions = this.store.putIn(read, batches, asked.sync === "changed");
    kept.report.refused -= refused.length;
    return { kept, batches, positions };
  }

  /** A report that is finished does not hold what it names any more. */
  private withRefusals(kept: KeptDelivery): KeptDelivery {
    const { report } = kept;
    if (report.refused > 0 && report.refusals.length === 0) {
      const refusals = this.statements.refusals.all(kept.id, NAMED_REJECTS);
      report.refusals = refusals.map(({ row, reason }) => ({ row, reason }));
    }
    return kept;
  }
}

function prepare(database: Database) {
  // The inner select is answered from the index alone: only the page's own rows are read.
  const page = `
    ${SELECT_DELIVERY} WHERE id IN (
      SELECT id FROM deliveries INDEXED BY deliveries_listed ${WHERE}
       ORDER BY started_at DESC, id DESC LIMIT @limit OFFSET @skip)
    ORDER BY started_at DESC, id DESC`;
  const distinct = (column: string) =>
    database
      .prepare<[number], string>(
        `SELECT DISTINCT ${column} FROM deliveries INDEXED BY deliveries_listed
          WHERE ${column} IS NOT NULL ORDER BY ${column} LIMIT ?`,
      )
      .pluck();
  return {
    page: database.prepare<[SearchValues & { skip: number; limit: number }], DeliveryRow>(page),
    count: database
      .prepare<[SearchValues], number>(
        `SELECT count(*) FROM deliveries INDEXED BY deliveries_listed ${WHERE}`,
      )
      .pluck(),
    lookers: distinct("looker"),
    environments: distinct("environment"),
    one: database.prepare<[string], DeliveryRow>(`${SELECT_DELIVERY} WHERE id = ?`),
    preview: database.prepare<[string], string | null>("SELECT preview FROM deliveries WHERE id = ?").pluck(),
    rejects: database.prepare<[string, number, number], RejectRow>(
      `SELECT row, identity, reason, record, column_label FROM rejects
        WHERE delivery = ? AND row > ? ORDER BY row LIMIT ?`,
    ),
    refusals: database.prepare<[string, number], RejectRow>(
      `SELECT row, identity, reason, record, column_label FROM rejects
        WHERE delivery = ? AND record IS NOT NULL ORDER BY row LIMIT ?`,
    ),
  };
}
