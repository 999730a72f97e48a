/** Maps a few rows in a test, and gives what delivery would get. */

import {
  type Column,
  type Field,
  Mapper,
  type MappingOptions,
  NO_VISUALIZATION,
  type Row,
} from "../../src/mapping";
import { CollectingSink } from "./collecting-sink";
import { rowOf } from "./row-of";

interface Result {
  fields: readonly Field[];
  /** Names of the pivoted dimensions. */
  pivots?: readonly string[];
  /** Default: one for each field, not pivoted. */
  columns?: readonly Omit<Column, "index">[];
  /** Each row as the JSON texts of its cells, by column. */
  rows?: readonly (Row | readonly (string | undefined)[])[];
}

export const OPTIONS: MappingOptions = {
  propertyType: "user",
  heapField: "users.email",
  propertyNames: "label",
  longValues: "truncate",
  maxValueLength: 255,
  emptyCells: "keep",
  visualization: NO_VISUALIZATION,
};

export function field(name: string, more: Partial<Field> = {}): Field {
  const label = more.label ?? name;
  return { name, label, labelShort: label, kind: "dimension", tags: [], hidden: false, ...more };
}

/** The column that holds the identity, with the options above. */
export const EMAIL = field("users.email", { label: "Users Email", labelShort: "Email" });

/** @throws FormError from the mapper */
export function mapRows(result: Result, options: Partial<MappingOptions> = {}): CollectingSink {
  const { fields, pivots = [], columns = fields.map((own) => ({ field: own })), rows = [] } = result;
  const sink = new CollectingSink();
  const mapper = new Mapper({ ...OPTIONS, ...options }, sink);
  mapper.fields({ fields, pivots });
  for (const [index, column] of columns.entries()) mapper.column({ ...column, index });
  for (const [index, row] of rows.entries()) mapper.row("bytes" in row ? row : rowOf(index + 1, row));
  return sink;
}

/** Maps a row with the identity `a@x` for each JSON text, the value of the column `Value`. */
export function mapValues(texts: readonly string[], options: Partial<MappingOptions> = {}): CollectingSink {
  const rows = texts.map((text) => ['"a@x"', text]);
  return mapRows({ fields: [EMAIL, field("users.value", { label: "Value" })], rows }, options);
}

/** The JSON text that is sent for a cell; undefined when nothing is. */
export function sentFor(text: string, options: Partial<MappingOptions> = {}): string | undefined {
  return mapValues([text], options).updates[0]?.text.slice('"Value":'.length);
}

/** The property keys that are sent for these columns, in their order. */
export function keysOf(result: Result, options: Partial<MappingOptions> = {}): (string | undefined)[] {
  return mapRows(result, options).columns.map((column) => column.key);
}
