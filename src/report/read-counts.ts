/** What a delivery has read, in numbers: as a whole, or since the checkpoint before. */

import type { Reading } from "./report";

export type ReadCounts = Pick<
  Reading,
  "rows" | "users" | "unchanged" | "skippedNoIdentity" | "skippedNoProperties" | "rejected"
>;

/** @param before what is not to be counted again */
export function readCounts(reading: ReadCounts, before?: ReadCounts): ReadCounts {
  return {
    rows: reading.rows - (before?.rows ?? 0),
    users: reading.users - (before?.users ?? 0),
    unchanged: reading.unchanged - (before?.unchanged ?? 0),
    skippedNoIdentity: reading.skippedNoIdentity - (before?.skippedNoIdentity ?? 0),
    skippedNoProperties: reading.skippedNoProperties - (before?.skippedNoProperties ?? 0),
    rejected: reading.rejected - (before?.rejected ?? 0),
  };
}
