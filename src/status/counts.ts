/** A delivery in numbers, as whoever watches it is told. */

import type { Report } from "../delivery";

export interface Counts {
  rows: number;
  users: number;
  sent: number;
  unchanged: number;
  /** Rows left out by rule. */
  skipped: number;
  /** Rows that can't be sent. */
  rejected: number;
  /** Users that are still to be sent. */
  waiting: number;
}

export function countsOf({ reading, sent, refused }: Report): Counts {
  const { dryRun, rows, users, unchanged, skippedNoIdentity, skippedNoProperties, rejected } = reading;
  return {
    rows,
    users,
    sent,
    unchanged,
    skipped: skippedNoIdentity + skippedNoProperties,
    rejected: rejected + refused,
    waiting: dryRun ? 0 : Math.max(users - sent - refused, 0),
  };
}
