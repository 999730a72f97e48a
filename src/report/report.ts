/** The report of a delivery: what became of every row. Each part has one writer, and none changes another's. */

import type { MappedColumn, Reject } from "../batches";
import { type Environment, KINDS, type Kind, type KindName } from "../heap";

/** Rejects that a report names; all of them are counted, and kept in the outbox. */
export const NAMED_REJECTS = 20;

/** Where a delivery comes from, as far as Looker says. */
export interface Origin {
  /** Of the schedule, or of what was sent. */
  title?: string;
  /** Id of the Looker instance. */
  looker?: string;
  webhook?: string;
}

/** Why a query is run again. */
export interface Rerun {
  /** Id of the delivery that could not read the result to its end. */
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

/** What was asked for. It never changes. */
export interface Asked {
  dryRun: boolean;
  longValues: "truncate" | "drop";
  /** Longest text that is sent, in UTF-16 code units. Absent where it was kept before there was a setting: 255. */
  maxValueLength?: number;
  /** `changed`: only what differs from what Heap was last confirmed to hold is sent. */
  sync: "all" | "changed";
  /** Absent: the result is read for the first time. */
  rerun?: Rerun;
}

/** A reject without the identity: what a report may show. */
type NamedReject = Pick<Reject, "row" | "reason">;

/** What has been read so far. Plain data: it is stored as JSON with every checkpoint. */
export interface Read {
  /** Rows of the result. */
  rows: number;
  /** Users put into batches: one that several rows of a batch name counts once. */
  users: number;
  /** Users left out because Heap holds exactly this already. */
  unchanged: number;
  skippedNoIdentity: number;
  skippedNoProperties: number;
  /** Rows whose event has no name. Absent: none. */
  skippedNoName?: number;
  rejected: number;
  rejects: NamedReject[];
  /** Values over Heap's limit, by column. */
  longValueCounts: Record<string, number>;
  columns: MappedColumn[];
}

export function nothingRead(): Read {
  return {
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

/** How the reading of Looker's document ended. */
export interface ReadingEnd {
  /** Why the document could not be read to its end; absent when it is whole. */
  problem?: string;
  /** What the other end said of the problem: it may quote personal data. */
  said?: string;
  /** Id of the delivery that reads the result again, from its first row. */
  again?: string;
  /** The form did not fit the result: nothing of it was sent. */
  isRefused?: true;
  /** Looker left rows out. */
  truncated: boolean;
  /** What Looker said in `errors`. */
  messages: readonly string[];
}

/** It could not be read to its end, and nothing more is known. */
export function endedBy(problem: string): ReadingEnd {
  return { problem, truncated: false, messages: [] };
}

/** How Heap takes what is for an environment; empty: well. */
export interface HealthState {
  /** The status with which Heap refused the environment. */
  parked?: number;
  /** Since when nothing has got through, in milliseconds since 1970. */
  downSince?: number;
}

export interface Report {
  environment: Environment;
  kind: KindName;
  asked: Asked;
  read: Read;
  /** Absent while the document is being read. */
  end?: ReadingEnd;
  /** Looker was told success while something was left to do. */
  toldSuccess?: true;
  /** Users that Heap has accepted. */
  sent: number;
  /** Users that Heap has refused for good. */
  refused: number;
  refusals: NamedReject[];
  /** Users that are not sent any more, as the delivery was cancelled. */
  dropped: number;
  /** When it was cancelled, in milliseconds since 1970. */
  cancelledAt?: number;
  /** Of its environment, while something is left to do. */
  health: HealthState;
  /** All that is left to send waits for users that other deliveries are still sending. */
  isHeldUp?: boolean;
  /** No delivery to its environment had been delivered when this one was begun. */
  isNewEnvironment?: true;
}

/** What a row of the result becomes, in the singular. */
export function nounOf({ kind }: Pick<Report, "kind">): Kind["noun"] {
  return KINDS[kind].noun;
}

/** Users that are neither sent, nor refused for good, nor dropped. */
export function waitingUsers({ asked, read, sent, refused, dropped }: Report): number {
  return asked.dryRun ? 0 : Math.max(read.users - sent - refused - dropped, 0);
}

/** Whether every user that is to be sent has been sent, refused for good, or dropped. */
export function isFinished(report: Report): boolean {
  return report.end !== undefined && waitingUsers(report) === 0;
}
