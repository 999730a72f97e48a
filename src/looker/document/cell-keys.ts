/** Finds the column that a key in a row belongs to, and hands out an index to each column as it is first met. */

import { number } from "../../amounts";
import { UserError } from "../../errors";
import { type Column, PIVOT_SEPARATOR, type QueryFields, type ResultReader, TOTAL_KEY } from "../../mapping";
import type { DocumentLimits } from "./document-limits";
import type { DocumentField, DocumentFields } from "./fields";
import { decodeKey, keyName } from "./key-name";
import type { Token } from "./token-text";

/** What a key of a row stands for. */
export interface CellKey {
  /** The key's JSON text, quotes included. */
  text: Buffer;
  field: DocumentField | undefined;
  /** 2 for the field's own name, 1 for one of its labels: a name in the row wins over a label. */
  rank: 1 | 2;
  /** Index of the column, for a field that is not pivoted; else -1. */
  column: number;
}

/** Stands among the pivot keys for the column without a pivot; no JSON text is empty. */
const FLAT = "";

/** Most keys that nothing describes of which each is reported. */
const MAX_REPORTED = 10_000;

export class CellKeys {
  count = 0;
  readonly query: QueryFields;
  private readonly byName = new Map<string, CellKey>();
  private readonly pivotColumns = new Map<DocumentField, Map<string, number>>();
  private readonly reported = new Set<string>();

  constructor(
    { fields, query }: DocumentFields,
    private readonly reader: ResultReader,
    private readonly limits: Pick<DocumentLimits, "columns">,
  ) {
    if (fields.length > limits.columns) throw new UserError(tooMany(fields.length, limits.columns));
    this.query = query;
    reader.fields(query);
    for (const field of fields) this.addName(field);
    const shared = sharedAliases(fields);
    for (const field of fields) this.addAliases(field, shared);
  }

  find(token: Token): CellKey {
    const name = keyName(token);
    const known = this.byName.get(name);
    if (known) return known;
    this.report(name);
    const text = Buffer.from(token.bytes.subarray(token.start, token.end));
    return { text, field: undefined, rank: 1, column: -1 };
  }

  /**
   * The column of a pivoted field under one pivot value; -1 when there are too many: those are reported as not described.
   * @param key the pivot value's JSON text
   */
  pivotColumn(field: DocumentField, key: string): number {
    const known = this.pivotColumns.get(field)?.get(key);
    if (known !== undefined) return known;
    const name = decodeKey(key);
    const plain = JSON.stringify(name);
    if (key !== plain) return this.pivotColumn(field, plain);
    return this.addPivotColumn(field, key, name === TOTAL_KEY ? "total" : name.split(PIVOT_SEPARATOR));
  }

  /** The column of a field whose cells do not nest, in a query where they could. */
  flatColumn(field: DocumentField): number {
    return this.pivotColumns.get(field)?.get(FLAT) ?? this.addPivotColumn(field, FLAT);
  }

  private addName(field: DocumentField): void {
    const { name } = field.field;
    if (this.byName.has(name)) return;
    const column = field.pivoted ? -1 : this.addColumn({ index: this.count, field: field.field });
    this.byName.set(name, { text: Buffer.from(JSON.stringify(name)), field, rank: 2, column });
  }

  /** Some results key cells by a label instead of the name. A label that two fields share says nothing. */
  private addAliases(field: DocumentField, shared: ReadonlySet<string>): void {
    const named = this.byName.get(field.field.name);
    for (const alias of field.aliases) {
      if (shared.has(alias) || this.byName.has(alias) || !named) continue;
      this.byName.set(alias, { ...named, text: Buffer.from(JSON.stringify(alias)), rank: 1 });
    }
  }

  private addColumn(column: Column): number {
    this.reader.column(column);
    return this.count++;
  }

  private addPivotColumn(field: DocumentField, key: string, pivot?: Column["pivot"]): number {
    if (this.count >= this.limits.columns) {
      this.report(field.field.name);
      return -1;
    }
    let columns = this.pivotColumns.get(field);
    if (!columns) {
      columns = new Map();
      this.pivotColumns.set(field, columns);
    }
    const index = this.addColumn({ index: this.count, field: field.field, ...(pivot && { pivot }) });
    columns.set(key, index);
    return index;
  }

  private report(name: string): void {
    if (this.reported.has(name) || this.reported.size >= MAX_REPORTED) return;
    this.reported.add(name);
    this.reader.undescribed(name);
  }
}

/** Names that more than one field goes by. */
function sharedAliases(fields: readonly DocumentField[]): Set<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { aliases } of fields) {
    for (const alias of new Set(aliases)) {
      if (seen.has(alias)) shared.add(alias);
      seen.add(alias);
    }
  }
  return shared;
}

function tooMany(columns: number, most: number): string {
  return (
    `it has ${number(columns)} columns, and the most is ${number(most)}: whoever runs the action hub can raise ` +
    "RESULT_MAX_COLUMNS"
  );
}
