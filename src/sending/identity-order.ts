/** Holds a batch back until every earlier one that shares an identity with it is done. */

import { inOrder } from "./identities";
import type { WaitingBatch } from "./waiting-batch";

/** Slots to begin with; a power of two. */
const SMALLEST = 1 << 10;

export class IdentityOrder {
  /**
   * The latest batch that holds an identity, by the identity's hash: open addressing, two numbers a slot, the hash
   * and the batch's ticket. A ticket that is not among the `unfinished` says as much as an empty slot: such slots
   * are cleared away when the table is made anew.
   */
  private slots = new Int32Array(2 * SMALLEST);
  private used = 0;
  private lastTicket = 0;
  private unfinished = new Map<number, WaitingBatch>();

  /** Takes the next batch of the log. */
  enter(batch: WaitingBatch): void {
    const hashes = inOrder(batch.batch);
    this.makeRoom(hashes.length);
    const ticket = ++this.lastTicket;
    const before = new Set<WaitingBatch>();
    let last = 0;
    for (const hash of hashes) {
      const earlier = this.put(hash, ticket);
      // Many of a batch's identities were in the same batch before.
      if (earlier === 0 || earlier === last || earlier === ticket) continue;
      last = earlier;
      const other = this.unfinished.get(earlier);
      if (other) before.add(other);
    }
    this.unfinished.set(ticket, batch);
    batch.ticket = ticket;
    // The latest holder of an identity itself waits for those before it.
    for (const other of before) other.dependents.push(batch);
    batch.blockers = before.size;
  }

  /** The batch is done, and settled: those that waited for it may go. */
  leave(batch: WaitingBatch): void {
    this.unfinished.delete(batch.ticket);
    for (const dependent of batch.dependents) dependent.blockers--;
  }

  /** @returns the ticket that was there before; 0 when there was none */
  private put(hash: number, ticket: number): number {
    const { slots } = this;
    const mask = slots.length / 2 - 1;
    for (let slot = (hash >>> 8) & mask; ; slot = (slot + 1) & mask) {
      const earlier = slots[2 * slot + 1]!;
      if (earlier !== 0 && slots[2 * slot] !== hash) continue;
      if (earlier === 0) this.used++;
      slots[2 * slot] = hash;
      slots[2 * slot + 1] = ticket;
      return earlier;
    }
  }

  /** Keeps at least half of the slots empty. */
  private makeRoom(more: number): void {
    if (2 * (this.used + more) <= this.slots.length / 2) return;
    const earlier = this.slots;
    const live = [...this.unfinished.values()].reduce((sum, { batch }) => sum + inOrder(batch).length, more);
    let room = SMALLEST;
    while (room < 4 * live) room *= 2;
    this.slots = new Int32Array(2 * room);
    this.used = 0;
    for (let at = 0; at < earlier.length; at += 2) {
      if (this.unfinished.has(earlier[at + 1]!)) this.put(earlier[at]!, earlier[at + 1]!);
    }
  }
}
