/** The outbox: an ordered log of ready batches for each environment, and the deliveries they belong to. */

import type { Batch, Fingerprint, LoggedBatch, Reject } from "../batches";
import { UserError } from "../errors";
import type { Environment, KindName } from "../heap";
import type { Outcome, Reading, TraceData } from "../report";
import type { Archive } from "./archive";
import type { StoredDelivery } from "./kept-delivery";

/** The outbox can take no more; the message says why, as part of a sentence for the person in Looker. */
export class OutboxError extends UserError {
  override name = "OutboxError";
}

/** For where the report says already what can't be stored. */
export function ignoreOutboxError(error: unknown): void {
  if (!(error instanceof OutboxError)) throw error;
}

/** What became of a batch. */
export interface BatchOutcome {
  sent: number;
  refusals: Reject[];
  /** Rows of the users that are not sent any more, as the delivery was cancelled. */
  dropped?: readonly number[];
}

/** What was taken out of the log. */
export interface Dropped {
  batches: number;
  users: number;
}

/** What waits in the log of an environment. */
export interface WaitingLog {
  environment: Environment;
  batches: number;
  /** Of their bodies. */
  bytes: number;
  /** How long the oldest has waited, in milliseconds; 0 when none waits. */
  oldestMs: number;
}

/** Requests of one environment that a restarted hub must still count. */
export interface RecordedSends {
  /** When the hub that recorded them may last have sent, as hashes of the identities; one entry a request. */
  hashes: Int32Array[];
  /** Whether there was a hub before: identities without a record may then have been in `UNRECORDED_SENDS`. */
  hadHub: boolean;
}

export interface Outbox {
  readonly archive: Archive;
  /** Enters a delivery that is about to be read. @throws OutboxError */
  begin(delivery: StoredDelivery): Promise<void>;
  /**
   * A checkpoint, in one transaction: puts batches at the end of their environment's log and brings the
   * delivery's reading and rejects up to date. When it resolves, it is on the disk.
   * @throws OutboxError when it can't be stored: then nothing of it is
   */
  append(
    delivery: string,
    reading: Reading,
    batches: readonly Batch[],
    rejects: readonly Reject[],
  ): Promise<void>;
  /**
   * By record: whether it is what Heap was last confirmed to hold, for the keys that this delivery sends. A
   * record of an identity that has something waiting or under way, or that is being appended, is not. Answers at once:
   * true of what is appended before anything else happens.
   */
  unchanged(
    environment: Environment,
    kind: KindName,
    reading: Reading,
    records: readonly Fingerprint[],
  ): boolean[];
  /** The batches of a log behind a position, in order, at most so many, without their bodies. */
  read(log: string, after: number, limit: number): Promise<LoggedBatch[]>;
  /** The request body of a batch. */
  body(position: number): Promise<Buffer>;
  /** The batch is through: Heap has it, or refused it for good. May reach the disk a little later. */
  done(batch: LoggedBatch, outcome: BatchOutcome): void;
  /**
   * The delivery is cancelled: takes what it has in the log behind a position out of it, in one transaction.
   * @throws OutboxError when it can't be stored: then nothing of it is
   */
  cancel(delivery: string, environment: Environment, at: number, behind: number): Promise<Dropped>;
  /** Keeps what happened to a delivery. May reach the disk a little later. */
  note(delivery: string, outcome: Outcome, trace: TraceData): void;
  /** Keeps the first records of a dry run. May reach the disk a little later. */
  keepPreview(delivery: string, records: readonly string[]): void;
  /**
   * Nothing of the delivery is left to do: this, its reading and all that was done before is on the disk when it
   * resolves.
   * @throws OutboxError when it can't be stored now: it is as soon as it can
   */
  finish(delivery: string, reading: Reading, at: number): Promise<void>;
  /**
   * Puts the records of a finished delivery that Heap refused into the log again, in one transaction.
   * @returns the delivery as it then stands; undefined when it is not finished, or has nothing to send again
   */
  sendAgain(delivery: string): Promise<StoredDelivery | undefined>;
  /**
   * Deletes for good what was finished before a time: deliveries, their rejects, fingerprints nobody used, and what
   * was moved aside as damaged.
   */
  forget(before: number): Promise<void>;
  /** Records identities that are about to be sent: on the disk when it resolves. */
  recordSend(log: string, at: number, hashes: Int32Array): Promise<void>;
  /** The sends recorded since a time. */
  recordedSends(log: string, since: number): Promise<RecordedSends>;
  /** Deliveries that something is left to do of, oldest first. */
  unfinished(): Promise<StoredDelivery[]>;
  /** What waits for Heap, or is under way, by environment. */
  waiting(): WaitingLog[];
  /** Why no new delivery can be taken, as part of a sentence; undefined when it can. */
  problem(): string | undefined;
  /** Waits while the outbox is full; undefined when there is room. */
  whenRoom(): Promise<void> | undefined;
  close(): Promise<void>;
}
