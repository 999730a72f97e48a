/** The report of a delivery: what became of every row. Counts, and the first rejects. */

import type { Environment, PropertyType } from "../heap";
import type { MappedColumn, Reject } from "./update";

/** Rejects kept for the report; all of them are counted. */
export const KEPT_REJECTS = 1000;

/** How the reading of Looker's document ended. */
export interface ReadingEnd {
  /** Why the document could not be read to its end; absent when it is whole. */
  problem?: string;
  /** Looker left rows out. */
  truncated: boolean;
  /** What Looker said in `errors`. */
  messages: readonly string[];
}

export interface Report {
  environment: Environment;
  type: PropertyType;
  dryRun: boolean;
  longValues: "truncate" | "drop";
  /** Rows of the result. */
  rows: number;
  /** Users put into batches: one that several rows of a batch name counts once. */
  users: number;
  /** Users that Heap has accepted. */
  sent: number;
  skippedNoIdentity: number;
  skippedNoProperties: number;
  /** Rejects before sending, and by Heap. */
  rejected: number;
  rejectedByHeap: number;
  rejects: Reject[];
  /** Values over Heap's limit, by column. */
  longValueCounts: Map<string, number>;
  columns: MappedColumn[];
  /** Absent while the document is being read. */
  reading?: ReadingEnd;
  /** The status with which Heap refused the environment. */
  parked?: number;
}

export function newReport(of: Pick<Report, "environment" | "type" | "dryRun" | "longValues">): Report {
  return {
    ...of,
    rows: 0,
    users: 0,
    sent: 0,
    skippedNoIdentity: 0,
    skippedNoProperties: 0,
    rejected: 0,
    rejectedByHeap: 0,
    rejects: [],
    longValueCounts: new Map(),
    columns: [],
  };
}

/** Whether every user that is to be sent has been sent, or refused for good. */
export function isFinished(report: Report): boolean {
  return report.reading !== undefined && report.sent + report.rejectedByHeap >= report.users;
}
