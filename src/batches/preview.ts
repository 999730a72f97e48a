/** The first records of a dry run, as they would be sent. */

import { findRecords } from "../heap";
import type { Batch } from "./batch";

const MAX_RECORDS = 5;

/** Together, in bytes. */
const MAX_BYTES = 32 * 1024;

/** @returns the JSON texts of the first records; fewer, also none, where they are long */
export function previewOf(batches: readonly Batch[]): string[] {
  const [first] = batches;
  if (!first) return [];
  const records: string[] = [];
  let bytes = 0;
  for (const { start, end } of findRecords(first.body).slice(0, MAX_RECORDS)) {
    bytes += end - start;
    if (bytes > MAX_BYTES) break;
    records.push(first.body.toString("utf8", start, end));
  }
  return records;
}
