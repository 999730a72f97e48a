/** How much of a delivery is where. */

import type { Report } from "../delivery";

export interface Amounts {
  /** Rows of the result that have been read. */
  rows: number;
  /** Users (or accounts) that the rows make, the unchanged left out. */
  users: number;
  sent: number;
  unchanged: number;
  /** Rows. */
  skipped: number;
  /** Rows that could not be sent, and users that Heap refused. */
  rejected: number;
  waiting: number;
  /** Users that were not sent, as the delivery was cancelled. */
  dropped: number;
}

export function amountsOf({ reading, sent, refused, dropped }: Report): Amounts {
  const { rows, users, unchanged, skippedNoIdentity, skippedNoProperties, rejected, dryRun } = reading;
  return {
    rows,
    users,
    sent,
    unchanged,
    skipped: skippedNoIdentity + skippedNoProperties,
    rejected: rejected + refused,
    waiting: dryRun ? 0 : Math.max(users - sent - refused - dropped, 0),
    dropped,
  };
}
