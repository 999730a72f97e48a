/** Finds those of some batches that share an identity with another one, by the identities' hashes. */

import type { LoggedBatch } from "../batches";

export class IdentityLookup<B extends Pick<LoggedBatch, "hashes">> {
  /** Open addressing: a place in the arrays below plus one, at the next free slot from its hash on. */
  private readonly slots: Int32Array;
  private readonly hashes: Int32Array;
  /** By hash: the place of its batch. */
  private readonly owners: Int32Array;

  constructor(private readonly batches: readonly B[]) {
    const total = batches.reduce((sum, { hashes }) => sum + hashes.length, 0);
    this.hashes = new Int32Array(total);
    this.owners = new Int32Array(total);
    this.slots = new Int32Array(2 ** Math.ceil(Math.log2(4 * Math.max(total, 1))));
    let place = 0;
    for (const [owner, { hashes }] of batches.entries()) {
      for (const hash of hashes) {
        this.hashes[place] = hash;
        this.owners[place] = owner;
        this.enter(hash, ++place);
      }
    }
  }

  /** The batches that hold one of these. */
  sharing(others: Int32Array): Set<B> {
    const { slots, hashes, owners, batches } = this;
    const mask = slots.length - 1;
    const found = new Set<B>();
    for (let at = 0; at < others.length; at++) {
      const hash = others[at]!;
      for (let slot = slotOf(hash, mask); slots[slot] !== 0; slot = (slot + 1) & mask) {
        const place = slots[slot]! - 1;
        if (hashes[place] === hash) found.add(batches[owners[place]!]!);
      }
    }
    return found;
  }

  private enter(hash: number, place: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = slotOf(hash, mask);
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = place;
  }
}

/** The low bits say which strand of its delivery an identity belongs to: they are not spread. */
function slotOf(hash: number, mask: number): number {
  return (hash >>> 8) & mask;
}
