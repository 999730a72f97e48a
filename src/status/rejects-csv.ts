/** A delivery's rejects as CSV, which a spreadsheet may open. */

import { Readable } from "node:stream";
import { stringify } from "csv-stringify";
import type { Reject } from "../batches";
import type { Records } from "../outbox";

/** Rejects that are read at a time. */
const AT_ONCE = 500;

const COLUMNS = ["row", "identity", "column", "reason", "Heap's answer"];

/** @param rejects are read as they are written */
export function rejectsCsv(rejects: AsyncIterable<Reject>): Readable {
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

async function* rowsOf(rejects: AsyncIterable<Reject>): AsyncGenerator<(string | number)[]> {
  for await (const { row, identity = "", column = "", reason } of rejects) {
    const [, answer] = /^Heap answered (.*)$/s.exec(reason) ?? [];
    yield answer === undefined
      ? [row, identity, column, reason, ""]
      : [row, identity, column, "Heap refused it", answer];
  }
}

/** All rejects of a delivery, in the order of their rows, a few at a time. */
export async function* rejectsOf(id: string, records: Pick<Records, "rejects">): AsyncGenerator<Reject> {
  let after = 0;
  for (;;) {
    const some = await records.rejects(id, after, AT_ONCE);
    yield* some;
    if (some.length < AT_ONCE) return;
    after = some.at(-1)?.row ?? after;
  }
}
