/** The outbox: an ordered log of ready batches for each environment. */

import type { Batch, LoggedBatch } from "./batch";

export interface Outbox {
  /** Puts batches at the end of their environment's log. */
  append(batches: readonly Batch[]): void;
  /** The batches of a log behind a position, in order, at most so many. Those that are done are not among them. */
  read(log: string, after: number, limit: number): LoggedBatch[];
  /** The batch is through: Heap has it, or refused it for good. */
  done(batch: LoggedBatch): void;
  /** Waits while a log is full; undefined when there is room. */
  whenRoom(log: string): Promise<void> | undefined;
}
