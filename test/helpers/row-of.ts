/** A row as the document decoder hands it on, from the JSON text of each cell. */

import { viewOf } from "../../src/byte-writer";
import { Cell, type Row } from "../../src/mapping";

/** Of a longer text, list or object only the beginning is kept. */
const KEPT_BYTES = 8192;

const KINDS: Record<string, Cell> = {
  n: Cell.Null,
  '"': Cell.Text,
  t: Cell.True,
  f: Cell.False,
  "[": Cell.List,
  "{": Cell.Object,
};

/** @param cells by column; undefined where the row has none */
export function rowOf(number: number, cells: readonly (string | undefined)[]): Row {
  const row: Row = {
    number,
    bytes: Buffer.alloc(0),
    view: viewOf(Buffer.alloc(0)),
    kinds: new Uint8Array(cells.length),
    starts: new Int32Array(cells.length),
    ends: new Int32Array(cells.length),
    cut: new Uint8Array(cells.length),
    problem: undefined,
  };
  for (const [column, text] of cells.entries()) {
    if (text === undefined) continue;
    const bytes = Buffer.from(text);
    row.kinds[column] = KINDS[text[0] ?? ""] ?? Cell.Number;
    row.starts[column] = row.bytes.length;
    row.bytes = Buffer.concat([row.bytes, bytes.subarray(0, KEPT_BYTES)]);
    row.ends[column] = row.bytes.length;
    row.cut[column] = bytes.length > KEPT_BYTES ? 1 : 0;
  }
  row.view = viewOf(row.bytes);
  return row;
}
