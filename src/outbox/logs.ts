/**
 * The port of whoever sends: the log of each environment, an ordered list of ready batches. Positions of a log become visible
 * in order: once a batch can be read, none before it appears any more.
 */

import type { LoggedBatch, Reject } from "../batches";
import type { Environment } from "../heap";
import type { HealthState } from "../report";

/** A log that is this hub's to send. */
export interface Lease {
  readonly environment: Environment;
  /**
   * When a former owner may last have sent, by this hub's monotonic clock: what was in flight then may still arrive, and
   * counts. Undefined: there was none.
   */
  readonly formerUntil: number | undefined;
  /** Whether the log is still this hub's, by its own clocks: no request for it is begun when it is not. */
  readonly isHeld: boolean;
  /** Aborts when the log may be another hub's: what is under way is broken off, and nothing more is sent. */
  readonly lost: AbortSignal;
}

/** The log is another hub's by now: nothing of what this one was about to write of it is stored. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}

/** For where `Lease.lost` says it already. */
export function ignoreLeaseLost(error: unknown): void {
  if (!(error instanceof LeaseLost)) throw error;
}

/** What became of a batch. */
export interface BatchOutcome {
  sent: number;
  refusals: Reject[];
  /** Rows of the users that are not sent any more, as the delivery was cancelled. */
  dropped: readonly number[];
}

export interface Logs {
  /** The environments that something waits for. */
  waiting(): Promise<Environment[]>;
  /**
   * Takes a log: nobody else sends it until it is given back, or its owner dies.
   * @returns undefined when it is another hub's
   */
  own(environment: Environment): Promise<Lease | undefined>;
  /** @param isQuiet nothing that was sent counts any more, nor can still arrive */
  giveBack(lease: Lease, isQuiet: boolean): Promise<void>;
  /** Asks whoever owns a log to probe its environment now, if it is not well. */
  askToProbe(environment: Environment): Promise<void>;
  /**
   * The batches of a log behind a position (0: from its front), in order, at most so many, without their bodies.
   * @param delivery only batches of this one
   */
  read(lease: Lease, after: number, limit: number, delivery?: string): Promise<LoggedBatch[]>;
  /** The request body of a batch that is not done. */
  body(lease: Lease, position: number): Promise<Buffer>;
  /**
   * Heap has the batch, or has refused it for good, or it was dropped: takes it out of the log and counts what became of
   * it, in one transaction. The last one of a delivery whose reading has ended finishes it there too. Done twice, it counts
   * once. Known at once to whoever asks this hub; resolves when it is on the disk.
   * @throws LeaseLost when the log is another hub's, as each call below does that writes
   */
  done(lease: Lease, batch: LoggedBatch, outcome: BatchOutcome): Promise<void>;
  /** Takes what a cancelled delivery has in the log behind a position out of it, and counts it as dropped. As `done` does. */
  drop(lease: Lease, delivery: string, behind: number): Promise<void>;
  /** Records identities that are about to be sent: on the disk when it resolves. @throws OutboxError when it can't be */
  recordSend(lease: Lease, hashes: Int32Array): Promise<void>;
  /** The sends recorded in the last so many milliseconds: one entry a request, with hashes of the identities. */
  recordedSends(lease: Lease, withinMs: number): Promise<Int32Array[]>;
  /**
   * Keeps a set of identities of the log, in parts, under a number, for whoever asks for them until they are dropped. They are
   * of use to this owner alone: the next one begins with none.
   */
  keepIdentities(lease: Lease, set: number, parts: readonly Buffer[]): Promise<void>;
  /** A part of a set that is kept, counted from 0. */
  identities(lease: Lease, set: number, part: number): Promise<Buffer>;
  dropIdentities(lease: Lease, set: number): Promise<void>;
  /** All that is left to send of a delivery waits for users that other deliveries are still sending, or does so no longer. */
  setHeldUp(lease: Lease, delivery: string, isHeldUp: boolean): Promise<void>;
  /** How Heap takes what is in the log: its deliveries share that. */
  setHealth(lease: Lease, state: HealthState): Promise<void>;
}
