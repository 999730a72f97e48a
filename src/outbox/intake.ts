/** The port of whoever reads a result: what is read goes into the outbox. */

import type { Collected, Reject } from "../batches";
import type { Read, ReadingEnd } from "../report";
import type { NewDelivery } from "./kept-delivery";

/** What has come since the last checkpoint, and where that leaves the delivery. */
export interface Checkpoint {
  /** In the order in which it is to reach Heap. Not to be read any more once it has been handed over. */
  collected: Collected;
  /** Everything that has been read, but for the users that are in `collected`. */
  read: Read;
  rejects: readonly Reject[];
  /** The last checkpoint: the reading has ended. */
  end?: ReadingEnd;
}

/** What a checkpoint came to. */
export interface Appended {
  /** With the users that were in it. */
  read: Read;
  /** Put into the log. */
  batches: number;
  /** The delivery is cancelled: nothing of it was put into the log. */
  isCancelled: boolean;
}

export interface Intake {
  /** Why no new delivery can be taken, as part of a sentence; undefined when it can. */
  problem(): Promise<string | undefined>;
  /** Resolves when there is room for more, or the signal aborts. */
  whenRoom(signal: AbortSignal): Promise<void>;
  /**
   * Enters a delivery that is about to be read. Its report says from then on whether its environment was new: whether no
   * delivery to it (the same host and id, of any kind) had been finished as delivered with something sent. That is known for
   * good: retention leaves it.
   * @throws OutboxError when it can't be stored
   */
  begin(delivery: NewDelivery): Promise<void>;
  /**
   * A checkpoint, in one transaction: puts what was collected at the end of its environment's log, and brings what has been
   * read and the rejects up to date. With `sync: changed` it is judged in this transaction what of it is unchanged: what is
   * older in the log has been looked at. A dry run puts nothing into the log, and keeps its first records as a preview. An
   * end with nothing left to send finishes the delivery. When it resolves, it is on the disk.
   * @throws OutboxError when it can't be stored: then nothing of it is
   */
  append(delivery: NewDelivery, checkpoint: Checkpoint): Promise<Appended>;
  /** The reading has ended, and its last checkpoint can't be stored: this is, as soon as it can. */
  endLater(delivery: string, end: ReadingEnd): Promise<void>;
  /**
   * Looker is about to be told success. Kept: what is left to do may still go wrong.
   * @returns whether something is
   */
  told(delivery: string): Promise<boolean>;
}
