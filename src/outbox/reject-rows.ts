/** A reject as a row of its table. */

import type { Reject } from "../batches";

export interface RejectRow {
  row: number;
  identity: string | null;
  reason: string;
  record: string | null;
  column_label: string | null;
}

export function toReject(row: RejectRow): Reject {
  return {
    row: row.row,
    reason: row.reason,
    ...(row.identity !== null && { identity: row.identity }),
    ...(row.record !== null && { record: row.record }),
    ...(row.column_label !== null && { column: row.column_label }),
  };
}
