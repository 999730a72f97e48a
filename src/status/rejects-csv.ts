/** A delivery's rejects as CSV, which a spreadsheet may open. */

import { Readable } from "node:stream";
import { stringify } from "csv-stringify";
import type { Reject } from "../batches";

const COLUMNS = ["row", "identity", "column", "reason", "Heap's answer"];

/** @param rejects are read as they are written */
export function rejectsCsv(rejects: Iterable<Reject>): Readable {
  const csv = stringify({
    header: true,
    columns: COLUMNS,
    // A cell that begins like a formula is given a quote before it, and stays text.
    escape_formulas: true,
    // By it a spreadsheet knows that it is UTF-8.
    bom: true,
    record_delimiter: "\r\n",
    quoted_match: /[\r\n]/,
  });
  return Readable.from(rowsOf(rejects)).pipe(csv);
}

function* rowsOf(rejects: Iterable<Reject>): Generator<(string | number)[]> {
  for (const { row, identity = "", column = "", reason } of rejects) {
    const [, answer] = /^Heap answered (.*)$/s.exec(reason) ?? [];
    yield answer === undefined
      ? [row, identity, column, reason, ""]
      : [row, identity, column, "Heap refused it", answer];
  }
}
