/** What mapping reads: the columns of a query result, and its rows with each cell as the bytes of its JSON text. */

export type FieldKind = "dimension" | "measure" | "table calculation";

/** A field of the query, as Looker describes it. `name` is unique in a result, labels are not. */
export interface Field {
  name: string;
  label: string;
  labelShort: string;
  kind: FieldKind;
  tags: readonly string[];
  /** `hidden` in LookML. */
  hidden: boolean;
}

/** A column: a field, or of a pivoted field the part under one pivot value. */
export interface Column {
  /** Place of this column's cell in every `Row`. */
  index: number;
  field: Field;
  /** The pivot values this column stands under, `"total"` for the row total; absent when it is not pivoted. */
  pivot?: readonly string[] | "total";
}

/** What a cell of a row holds. A pivoted column without a value, or a name that the row lacks, is `Missing`. */
export const Cell = {
  Missing: 0,
  Null: 1,
  Text: 2,
  Number: 3,
  True: 4,
  False: 5,
  List: 6,
  Object: 7,
} as const;
export type Cell = (typeof Cell)[keyof typeof Cell];

/**
 * One row, valid only during the call that hands it over. The arrays are indexed by `Column.index`; a cell's
 * JSON text (a text with its quotes) is `bytes` from `starts` to `ends`.
 */
export interface Row {
  /** 1 is the first row of the result. */
  number: number;
  bytes: Buffer;
  /** The same bytes, for copying four at a time. */
  view: DataView;
  kinds: Uint8Array;
  starts: Int32Array;
  ends: Int32Array;
  /** 1 where only the beginning of a very long text, list or object was kept. */
  cut: Uint8Array;
  /** Why this row can't be delivered, whatever it holds. */
  problem: string | undefined;
}

/** The fields of a result, in Looker's order. */
export interface QueryFields {
  fields: readonly Field[];
  /** Names of the pivoted dimensions. Their values stand in the columns' pivots, never in a row. */
  pivots: readonly string[];
}

/** Takes a result as it is read: `fields` once, then each column before the first row that has it, then rows. */
export interface ResultReader {
  /** @throws FormError when the form's values do not fit these fields */
  fields(fields: QueryFields): void;
  column(column: Column): void;
  row(row: Row): void;
  /** A name in a row that no field of the result describes. Said once for each name. */
  undescribed(name: string): void;
}
