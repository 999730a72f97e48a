/** Reads from the outbox's database what the pages show. */

import type { Reject } from "../../batches";
import type { Outcome } from "../../report";
import type { Archive, DeliverySearch, FoundDeliveries, SearchChoices } from "../archive";
import type { KeptDelivery } from "../kept-delivery";
import { type DeliveryRow, SELECT_DELIVERY, toStored } from "./delivery-rows";
import type { Database } from "./driver";

interface KeptRow extends DeliveryRow {
  finished_at: number | null;
  outcome: Outcome;
}

interface RejectRow {
  row: number;
  identity: string | null;
  reason: string;
  record: string | null;
  column_label: string | null;
}

/** Most values that a search offers to choose from. */
const MAX_CHOICES = 200;

const WHERE = `
  WHERE (@title IS NULL OR instr(title_folded, @title) > 0)
    AND (@looker IS NULL OR looker = @looker)
    AND (@environment IS NULL OR environment = @environment)
    AND (@outcome IS NULL OR outcome = @outcome)`;

type SearchValues = Record<"title" | "looker" | "environment" | "outcome", string | null>;

export class SqliteArchive implements Archive {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.statements = prepare(database);
  }

  find(search: DeliverySearch, skip: number, limit: number): FoundDeliveries<KeptDelivery> {
    const values = {
      title: search.title === undefined ? null : foldTitle(search.title),
      looker: search.looker ?? null,
      environment: search.environment ?? null,
      outcome: search.outcome ?? null,
    };
    return {
      deliveries: this.statements.page.all({ ...values, skip, limit }).map(toKept),
      total: this.statements.count.get(values) ?? 0,
    };
  }

  choices(): SearchChoices {
    return {
      lookers: this.statements.lookers.all(MAX_CHOICES),
      environments: this.statements.environments.all(MAX_CHOICES),
    };
  }

  get(delivery: string): KeptDelivery | undefined {
    const row = this.statements.one.get(delivery);
    return row && toKept(row);
  }

  preview(delivery: string): readonly string[] {
    return JSON.parse(this.statements.preview.get(delivery) ?? "[]");
  }

  rejects(delivery: string, after: number, limit: number): Reject[] {
    return this.statements.rejects.all(delivery, after, limit).map(toReject);
  }

  refusals(delivery: string, limit: number): Reject[] {
    return this.statements.refusals.all(delivery, limit).map(toReject);
  }
}

/** A title as it is compared in a search. */
export function foldTitle(title: string): string {
  return title.normalize("NFKC").toLowerCase();
}

function toKept(row: KeptRow): KeptDelivery {
  return {
    ...toStored(row),
    outcome: row.outcome,
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
  };
}

function toReject(row: RejectRow): Reject {
  return {
    row: row.row,
    reason: row.reason,
    ...(row.identity !== null && { identity: row.identity }),
    ...(row.record !== null && { record: row.record }),
    ...(row.column_label !== null && { column: row.column_label }),
  };
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
    page: database.prepare<[SearchValues & { skip: number; limit: number }], KeptRow>(page),
    count: database
      .prepare<[SearchValues], number>(
        `SELECT count(*) FROM deliveries INDEXED BY deliveries_listed ${WHERE}`,
      )
      .pluck(),
    lookers: distinct("looker"),
    environments: distinct("environment"),
    one: database.prepare<[string], KeptRow>(`${SELECT_DELIVERY} WHERE id = ?`),
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
