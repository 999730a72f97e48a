/** Holds a batch back until every earlier one that shares an identity with it is through. */

import type { WaitingBatch } from "./waiting-batch";

export class IdentityOrder {
  /** The latest batch that holds an identity, by the identity's hash. */
  private readonly latest = new Map<number, WaitingBatch>();

  /** Takes the next batch of the log. */
  enter(batch: WaitingBatch): void {
    const before = new Set<WaitingBatch>();
    for (const hash of batch.batch.hashes) {
      const other = this.latest.get(hash);
      if (other && other !== batch) before.add(other);
      this.latest.set(hash, batch);
    }
    // The latest holder of an identity itself waits for those before it.
    for (const other of before) other.dependents.push(batch);
    batch.blockers = before.size;
  }

  /** The batch is through, and settled: those that waited for it may go. */
  leave(batch: WaitingBatch): void {
    for (const hash of batch.batch.hashes) {
      if (this.latest.get(hash) === batch) this.latest.delete(hash);
    }
    for (const dependent of batch.dependents) dependent.blockers--;
  }
}
