/** How much the outbox may take: a limit of its own, and what must stay free on the disk. */

import { statfsSync } from "node:fs";
import { number } from "../../amounts";

/** Left free on the disk, for the log of the database and for everybody else, in bytes. */
const KEEP_FREE_BYTES = 256 * 1024 * 1024;

/** How often the disk is asked, in milliseconds. */
const LOOK_EVERY_MS = 1000;

export class DiskBudget {
  private lookedAt = Number.NEGATIVE_INFINITY;
  private free = Number.POSITIVE_INFINITY;

  constructor(
    private readonly folder: string,
    private readonly maxBytes: number,
    private readonly now: () => number,
  ) {}

  /** Why there is no room, as part of a sentence; undefined when there is. */
  problem(waitingBytes: number): string | undefined {
    if (waitingBytes >= this.maxBytes) {
      return `the action hub's outbox is full (${megabytes(waitingBytes)} wait for Heap)`;
    }
    if (this.freeBytes() < KEEP_FREE_BYTES) {
      return "the action hub's disk is nearly full";
    }
    return undefined;
  }

  private freeBytes(): number {
    if (this.now() - this.lookedAt < LOOK_EVERY_MS) return this.free;
    this.lookedAt = this.now();
    this.free = askDisk(this.folder);
    return this.free;
  }
}

/** A disk that can't be asked is taken to have room: what can't be stored is noticed then. */
function askDisk(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function megabytes(bytes: number): string {
  return `${number(Math.round(bytes / 1_000_000))} MB`;
}
