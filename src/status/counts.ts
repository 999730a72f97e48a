/** How much of a delivery is where, as whoever watches it is told. */

import { type Report, waitingUsers } from "../report";

export interface Counts {
  /** Rows of the result that have been read. */
  rows: number;
  /** Users (or accounts, or events) that the rows make, the unchanged left out. */
  users: number;
  sent: number;
  unchanged: number;
  /** Rows left out by rule. */
  skipped: number;
  /** Rows that could not be sent, and users that Heap refused. */
  rejected: number;
  /** Users that are still to be sent: those that a cancelled delivery dropped are not. */
  waiting: number;
}

export function countsOf(report: Report): Counts {
  const { sent, refused, read } = report;
  const {
    rows,
    users,
    unchanged,
    skippedNoIdentity,
    skippedNoProperties,
    skippedNoName = 0,
    rejected,
  } = read;
  return {
    rows,
    users,
    sent,
    unchanged,
    skipped: skippedNoIdentity + skippedNoProperties + skippedNoName,
    rejected: rejected + refused,
    waiting: waitingUsers(report),
  };
}
