/** The memory that the bodies of requests may take, all of them together: who needs some waits in turn until there is. */

import type { Clock } from "../clock";
import { newLifetime } from "../lifetime";

/** Up to so many bytes a request is small: nearly all are, and none of these waits for a large one. */
export const SMALL_BYTES = 256 * 1024;

/** What of the memory is for small ones only: one in so many bytes. */
const FOR_SMALL = 8;

interface Waiting {
  bytes: number;
  admit(): void;
}

/** Memory that is taken until it is given back. */
export interface Reservation {
  /** @returns false when there is no room: nothing has changed then */
  grow(bytes: number): boolean;
  /** Gives it back; once, however often it is called. */
  release(): void;
}

export class RequestMemory {
  /** Bytes that are taken. */
  used = 0;
  /** In the order in which they came. */
  private readonly waiting = new Set<Waiting>();

  constructor(
    private readonly maxBytes: number,
    private readonly clock: Clock,
  ) {}

  /** Most bytes that one request can have. */
  get largest(): number {
    return this.maxBytes - Math.floor(this.maxBytes / FOR_SMALL);
  }

  /**
   * Waits until there is room, large ones in the order in which they ask.
   * @param signal ends the waiting
   * @returns undefined when there was none within so many milliseconds, or the signal aborted
   */
  async reserve(bytes: number, waitMs: number, signal: AbortSignal): Promise<Reservation | undefined> {
    const isFirst = bytes <= SMALL_BYTES || this.waiting.size === 0;
    if (isFirst && this.hasRoom(bytes)) return this.take(bytes);
    const limit = newLifetime(signal);
    this.clock.after(waitMs, () => limit.abort(), limit.signal);
    return new Promise((resolve) => {
      const waiting: Waiting = {
        bytes,
        admit: () => {
          this.waiting.delete(waiting);
          resolve(this.take(bytes));
          limit.abort();
        },
      };
      const giveUp = () => {
        this.waiting.delete(waiting);
        resolve(undefined);
      };
      if (limit.signal.aborted) giveUp();
      else {
        this.waiting.add(waiting);
        limit.signal.addEventListener("abort", giveUp, { once: true });
      }
    });
  }

  private hasRoom(bytes: number): boolean {
    return this.used + bytes <= (bytes <= SMALL_BYTES ? this.maxBytes : this.largest);
  }

  private take(bytes: number): Reservation {
    this.used += bytes;
    let taken = bytes;
    let isReleased = false;
    return {
      grow: (more) => {
        if (isReleased || this.used + more > this.largest) return false;
        this.used += more;
        taken += more;
        return true;
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        this.used -= taken;
        this.admitNext();
      },
    };
  }

  private admitNext(): void {
    let isFirst = true;
    for (const each of this.waiting) {
      if ((isFirst || each.bytes <= SMALL_BYTES) && this.hasRoom(each.bytes)) each.admit();
      else isFirst = false;
    }
  }
}
