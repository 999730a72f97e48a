/** Writes a query result as Looker does in the format `json_detail_lite_stream`, of any length, in chunks. */

import { COLUMNS, type GeneratedColumn, labelOf, viewLabelOf } from "./generated-columns";
import { type GeneratedRow, generatedRows, type ResultOptions } from "./generated-rows";

/** About how long a chunk is, in UTF-16 code units. */
const CHUNK_LENGTH = 64 * 1024;

export function* generateResult(options: ResultOptions): Generator<string> {
  const { columns = COLUMNS } = options;
  const cellStarts = columns.map(cellStart);
  let chunk = documentStart(columns);
  let separator = "\n";
  for (const row of generatedRows(options)) {
    chunk += separator + rowJson(row, cellStarts);
    separator = ",\n";
    if (chunk.length >= CHUNK_LENGTH) {
      yield chunk;
      chunk = "";
    }
  }
  yield `${chunk}\n]}`;
}

/** What comes before a cell's value; a row is these and the values by turns. */
function cellStart(column: GeneratedColumn, index: number): string {
  return `${index === 0 ? "{" : ","}${JSON.stringify(nameOf(column))}:{"value":`;
}

function rowJson(row: GeneratedRow, cellStarts: readonly string[]): string {
  let json = "";
  for (const [index, cell] of row.entries()) json += `${cellStarts[index]}${cell.json}${cell.rest ?? ""}}`;
  return `${json}}`;
}

function documentStart(columns: readonly GeneratedColumn[]): string {
  const fields = {
    dimensions: fieldsOf(columns, "dimensions"),
    measures: fieldsOf(columns, "measures"),
    table_calculations: [],
    pivots: [],
  };
  // A filter repeats a whole field object, as in Looker: not another column.
  const [filtered] = fields.dimensions;
  const appliedFilters = { "users.email": { field: filtered, value: "-EMPTY" } };
  const start = JSON.stringify({ fields, truncated: false, applied_filters: appliedFilters });
  return `${start.slice(0, -1)},"data":[`;
}

function fieldsOf(columns: readonly GeneratedColumn[], kind: GeneratedColumn["kind"]): object[] {
  return columns
    .filter((column) => column.kind === kind)
    .map((column) => ({
      name: nameOf(column),
      label: labelOf(column),
      label_short: column.labelShort,
      view: column.view,
      view_label: viewLabelOf(column.view),
      field_group_label: null,
      field_group_variant: column.labelShort,
      type: column.type,
      is_numeric: ["number", "count", "sum"].includes(column.type),
      measure: kind === "measures",
      tags: column.tags,
      hidden: false,
    }));
}

function nameOf({ view, name }: GeneratedColumn): string {
  return `${view}.${name}`;
}
