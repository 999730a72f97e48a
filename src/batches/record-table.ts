/**
 * Where the records of a body that is being written stand, found by the hash of their identity. Numbers in typed arrays instead of
 * an object a record: nothing here is left for the garbage collector.
 */

export class RecordTable {
  count = 0;
  /** By record: its opening brace. */
  starts = new Int32Array(SMALLEST);
  /** By record: the first of its properties. */
  properties = new Int32Array(SMALLEST);
  /** By record: behind its closing brace. */
  ends = new Int32Array(SMALLEST);
  /** By record: the hash of its identity. */
  hashes = new Int32Array(SMALLEST);
  /** By record: the row it comes from, of several the last. */
  rows = new Int32Array(SMALLEST);
  /** Open addressing: a record's place in the arrays above plus one, at the next free slot from its hash on. */
  private slots = new Int32Array(SMALLEST * SLOTS_PER_RECORD);

  /** @param isFound whether records are found again: if not, many may have one hash */
  constructor(private readonly isFound: boolean) {}

  /** @returns the place of the record with this hash; -1 when there is none */
  find(hash: number): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    for (let slot = slotOf(hash, mask); ; slot = (slot + 1) & mask) {
      const place = slots[slot]! - 1;
      if (place < 0 || hashes[place] === hash) return place;
    }
  }

  /** Makes room for one more record, whose hash is not here yet. @returns its place */
  add(hash: number): number {
    if (this.count === this.hashes.length) this.grow();
    const place = this.count++;
    this.hashes[place] = hash;
    if (this.isFound) this.enter(place);
    return place;
  }

  clear(): void {
    this.count = 0;
    this.slots.fill(0);
  }

  private enter(place: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = slotOf(this.hashes[place]!, mask);
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = place + 1;
  }

  private grow(): void {
    const room = this.hashes.length * 2;
    const larger = (from: Int32Array) => {
      const to = new Int32Array(room);
      to.set(from);
      return to;
    };
    this.starts = larger(this.starts);
    this.properties = larger(this.properties);
    this.ends = larger(this.ends);
    this.hashes = larger(this.hashes);
    this.rows = larger(this.rows);
    this.slots = new Int32Array(room * SLOTS_PER_RECORD);
    if (this.isFound) for (let place = 0; place < this.count; place++) this.enter(place);
  }
}

/** Room for so many records to begin with; a power of two. A small delivery needs no more. */
const SMALLEST = 32;

const SLOTS_PER_RECORD = 4;

/** The low bits say which strand an identity belongs to: here they would all be the same. */
function slotOf(hash: number, mask: number): number {
  return (hash >>> 8) & mask;
}
