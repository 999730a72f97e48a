/** The report of a delivery: what became of every row. */

import type { MappedColumn, Reject } from "../batches";
import { type Environment, KINDS, type Kind, type KindName } from "../heap";

/** Rejects that a report names; all of them are counted, and kept in the outbox. */
export const NAMED_REJECTS = 20;

/** How the reading of Looker's document ended. */
export interface ReadingEnd {
  /** Why the document could not be read to its end; absent when it is whole. */
  problem?: string;
  /** What the other end said of the problem: it may quote personal data. */
  said?: string;
  /** Id of the delivery that has the result once more, from its first row. */
  again?: string;
  /** Looker left rows out. */
  truncated: boolean;
  /** What Looker said in `errors`. */
  messages: readonly string[];
}

/** It could not be read to its end, and nothing more is known. */
export function endedBy(problem: string): ReadingEnd {
  return { problem, truncated: false, messages: [] };
}

/** Where a delivery comes from, as far as Looker says. */
export interface Origin {
  /** Of the schedule, or of what was sent. */
  title?: string;
  /** Id of the Looker instance. */
  looker?: string;
  webhook?: string;
}

/** Why a result is had from Looker once more. */
export interface Rerun {
  /** Id of the delivery that could not read it to its end. */
  of: string;
  /** How often that has been done, this time counted. */
  times: number;
  /** Whose eyes the query is seen with this time. */
  as: string;
  /** Rows that had been read before. */
  rows: number;
  /** Why not more of them. */
  problem: string;
}

/** A reject without the identity: what a report may show. */
type NamedReject = Pick<Reject, "row" | "reason">;

/** What is known from reading the result. Plain data: it is stored as JSON with every checkpoint. */
export interface Reading {
  dryRun: boolean;
  longValues: "truncate" | "drop";
  /** `changed`: only what differs from what Heap was last confirmed to hold is sent. */
  sync: "all" | "changed";
  /** Rows of the result. */
  rows: number;
  /** Users put into batches: one that several rows of a batch name counts once. */
  users: number;
  /** Users left out because Heap holds exactly this already. */
  unchanged: number;
  skippedNoIdentity: number;
  skippedNoProperties: number;
  rejected: number;
  rejects: NamedReject[];
  /** Values over Heap's limit, by column. */
  longValueCounts: Record<string, number>;
  columns: MappedColumn[];
  /** Absent while the document is being read. */
  end?: ReadingEnd;
  /**
   * What it takes to have the result once more, in the words of whoever began the delivery. Only while the document
   * is being read.
   */
  source?: string;
  /** This result is had for another time. */
  rerun?: Rerun;
  /** Looker was told success before everything was through. */
  toldSuccess?: boolean;
}

export interface Report {
  environment: Environment;
  kind: KindName;
  reading: Reading;
  /** Users that Heap has accepted. */
  sent: number;
  /** Users that Heap has refused for good. */
  refused: number;
  refusals: NamedReject[];
  /** Users that are not sent any more, as the delivery was cancelled. */
  dropped: number;
  /** When it was cancelled, in milliseconds since 1970. */
  cancelledAt?: number;
  /** The status with which Heap refused the environment. */
  parked?: number;
  /** Since when Heap has not answered, in milliseconds since 1970. */
  heapDownSince?: number;
}

/** What is known of a delivery before its document is read. */
export type NewReading = Pick<Reading, "dryRun" | "longValues" | "sync" | "source" | "rerun">;

export function newReading(of: NewReading): Reading {
  return {
    ...of,
    rows: 0,
    users: 0,
    unchanged: 0,
    skippedNoIdentity: 0,
    skippedNoProperties: 0,
    rejected: 0,
    rejects: [],
    longValueCounts: {},
    columns: [],
  };
}

/** What a row of the result becomes, in the singular. */
export function nounOf({ kind }: Pick<Report, "kind">): Kind["noun"] {
  return KINDS[kind].noun;
}

/** Whether every user that is to be sent has been sent, refused for good, or dropped. */
export function isFinished({ reading, sent, refused, dropped }: Report): boolean {
  return reading.end !== undefined && (reading.dryRun || sent + refused + dropped >= reading.users);
}
