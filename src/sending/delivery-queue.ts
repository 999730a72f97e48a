/** What one delivery has in the log that is not done, in its order. */

import type { LoggedBatch } from "../batches";
import type { WaitingBatch } from "./waiting-batch";

/** A batch of the log that is known only by the delivery it belongs to and its position. */
export interface Place {
  delivery: string;
  position: number;
}

/** A batch that has been read, and has no place in the order of identities yet. */
export interface AheadBatch {
  batch: LoggedBatch;
  /** What stands before it in the log, shares an identity with it, and had no place yet; undefined: not known yet. */
  waitsFor: Place[] | undefined;
  /** Its identities' hashes, once others have been compared with them. */
  identities?: ReadonlySet<number>;
}

export class DeliveryQueue {
  /** Those that have their place in the order of identities. */
  waiting: WaitingBatch[] = [];
  /** Those that have been read, and have no place yet. */
  ahead: AheadBatch[] = [];
  /** How many more there are, of which only the identities have been looked at. */
  unread = 0;
  /** Requests that are being made, or whose answer is being seen to. */
  underWay = 0;
  /** The delivery is cancelled: nothing more of it is read. */
  isDropped = false;
  /** Whether everything that has been read of it waits for others. */
  isHeldUp = false;

  /** @param readTo the position of the last batch that has been read */
  constructor(
    readonly delivery: string,
    public readTo: number,
  ) {}

  take(batch: LoggedBatch): void {
    this.ahead.push({ batch, waitsFor: undefined });
    this.readTo = batch.position;
  }

  /** How many batches of it are in memory. */
  get held(): number {
    return this.waiting.length + this.ahead.length;
  }

  /** Before its first batch stands nothing of it: a position by which deliveries are told which waits longest. */
  get front(): number {
    return Math.min(
      this.waiting[0]?.batch.position ?? this.readTo + 1,
      this.ahead[0]?.batch.position ?? this.readTo + 1,
    );
  }

  get isEmpty(): boolean {
    return this.held === 0 && this.unread === 0;
  }

  /** Whether a batch of it has no place in the order yet. */
  isWithoutPlace(position: number): boolean {
    if (this.isDropped) return false;
    return position > this.readTo || this.ahead.some(({ batch }) => batch.position === position);
  }
}
