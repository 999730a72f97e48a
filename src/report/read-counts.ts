/** What a delivery has read, in numbers: as a whole, or since the checkpoint before. */

import type { Read } from "./report";

export type ReadCounts = Pick<
  Read,
  "rows" | "users" | "unchanged" | "skippedNoIdentity" | "skippedNoProperties" | "skippedNoName" | "rejected"
>;

/** @param before what is not to be counted again */
export function readCounts(read: ReadCounts, before?: ReadCounts): ReadCounts {
  return {
    rows: read.rows - (before?.rows ?? 0),
    users: read.users - (before?.users ?? 0),
    unchanged: read.unchanged - (before?.unchanged ?? 0),
    skippedNoIdentity: read.skippedNoIdentity - (before?.skippedNoIdentity ?? 0),
    skippedNoProperties: read.skippedNoProperties - (before?.skippedNoProperties ?? 0),
    skippedNoName: (read.skippedNoName ?? 0) - (before?.skippedNoName ?? 0),
    rejected: read.rejected - (before?.rejected ?? 0),
  };
}
