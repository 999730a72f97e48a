/** Keeps the rows of a result, each cell as its raw JSON text. */

import { Cell, type Column, type QueryFields, type ResultReader, type Row } from "../../src/mapping";

export interface CollectedRow {
  number: number;
  problem?: string;
  /** Column title → JSON text. A missing cell is not in it; one of which only a part was kept ends in `…`. */
  cells: Record<string, string>;
}

export class CollectingReader implements ResultReader {
  query: QueryFields | undefined;
  readonly columns: string[] = [];
  readonly rows: CollectedRow[] = [];
  readonly unknownNames: string[] = [];

  fields(query: QueryFields): void {
    this.query = query;
  }

  column(column: Column): void {
    if (column.index !== this.columns.length) throw new Error("the index of a column is not its place");
    this.columns.push(titleOf(column));
  }

  row(row: Row): void {
    const problem = row.problem === undefined ? {} : { problem: row.problem };
    const cells: Record<string, string> = {};
    for (const [index, title] of this.columns.entries()) {
      const text = textOf(row, index);
      if (text !== undefined) cells[title] = text;
    }
    this.rows.push({ number: row.number, ...problem, cells });
  }

  undescribed(name: string): void {
    this.unknownNames.push(name);
  }
}

/** `orders.count`, `orders.count [2024-01]`, `orders.count [2024-01, web]` or `orders.count [total]`. */
function titleOf({ field, pivot }: Column): string {
  if (pivot === undefined) return field.name;
  return `${field.name} [${pivot === "total" ? "total" : pivot.join(", ")}]`;
}

function textOf(row: Row, index: number): string | undefined {
  const kind = row.kinds[index];
  if (kind === Cell.Missing) return undefined;
  const text = row.bytes.toString("utf8", row.starts[index], row.ends[index]);
  if (kind !== kindOf(text)) throw new Error(`the cell ${text} is said to be of kind ${kind}`);
  return row.cut[index] === 1 ? `${text}…` : text;
}

function kindOf(text: string): Cell {
  const byFirst: Record<string, Cell> = {
    n: Cell.Null,
    '"': Cell.Text,
    t: Cell.True,
    f: Cell.False,
    "[": Cell.List,
    "{": Cell.Object,
  };
  return byFirst[text[0] ?? ""] ?? Cell.Number;
}
