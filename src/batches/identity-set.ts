/**
 * A set of identities' hashes in two bytes each, to ask whether a batch shares one with it. Hashes are sorted and written as
 * Elias and Fano did (1974, 1971): of each the 14 low bits as they are, of the bits above how many there are with each value,
 * in unary. In a set of 270,000 that is the whole hash: nothing is found that is not there, where a blocked Bloom filter
 * of that size errs once in 2,000 times, and a binary fuse filter once in 16,000. In a smaller set the lowest bits are cut
 * off, to keep to two bytes: one in 16,384 hashes is found that is not there. Whoever finds one looks at the hashes
 * themselves, so that costs a look.
 *
 * A set is written in parts, by the upper bits of the hash: to ask about one hash, one of them is read.
 */

/** Parts of a set. */
export const SET_PARTS = 16;

const PART_BITS = 4;
/** Bits of a hash below those that say its part. */
const REST_BITS = 32 - PART_BITS;
const LOW_BITS = 14;
const LOW_MASK = (1 << LOW_BITS) - 1;

/** The number of hashes (32 bits), and how many bits of one are above its low ones (8 bits). */
const HEAD_BYTES = 5;
/** Low bits are read three bytes at a time. */
const TAIL_BYTES = 2;

/** Hashes by the part that they are in, each part in rising order. */
export function intoParts(hashes: readonly Int32Array[]): Uint32Array[] {
  const sizes = new Uint32Array(SET_PARTS);
  for (const some of hashes) for (const hash of some) sizes[hash >>> REST_BITS]!++;
  const parts = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(SET_PARTS);
  for (const some of hashes) {
    for (const hash of some) {
      const part = hash >>> REST_BITS;
      parts[part]![filled[part]!++] = hash;
    }
  }
  return parts.map((part) => part.sort());
}

/** @param hashes of one part, in rising order */
export function writePart(hashes: Uint32Array): Buffer {
  const highBits = Math.min(Math.floor(Math.log2(Math.max(hashes.length, 1))), REST_BITS - LOW_BITS);
  const keys = keysOf(hashes, highBits);
  const lowBytes = Math.ceil((keys.length * LOW_BITS) / 8);
  const highBytes = Math.ceil((keys.length + 2 ** highBits) / 8);
  const out = Buffer.alloc(HEAD_BYTES + lowBytes + highBytes + TAIL_BYTES);
  out.writeUInt32LE(keys.length, 0);
  out.writeUInt8(highBits, 4);
  const highs = HEAD_BYTES + lowBytes;
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at]!;
    const bit = at * LOW_BITS;
    const byte = HEAD_BYTES + (bit >> 3);
    const low = (key & LOW_MASK) << (bit & 7);
    out[byte]! |= low & 0xff;
    out[byte + 1]! |= (low >> 8) & 0xff;
    out[byte + 2]! |= low >> 16;
    // As many zeros stand before it as values of the upper bits are below its own.
    const mark = at + (key >>> LOW_BITS);
    out[highs + (mark >> 3)]! |= 1 << (mark & 7);
  }
  return out;
}

/**
 * @param part as it was written
 * @param hashes of the same part, in rising order
 * @returns those that it holds, or seems to
 */
export function foundInPart(part: Buffer, hashes: Uint32Array): number[] {
  const count = part.readUInt32LE(0);
  const highBits = part.readUInt8(4);
  const highs = HEAD_BYTES + Math.ceil((count * LOW_BITS) / 8);
  const found: number[] = [];
  let mark = 0;
  let high = 0;
  let at = 0;
  for (const hash of hashes) {
    const key = keyOf(hash, highBits);
    const wanted = key >>> LOW_BITS;
    const low = key & LOW_MASK;
    while (high < wanted && at < count) {
      if (isOne(part, highs, mark++)) at++;
      else high++;
    }
    while (isOne(part, highs, mark) && lowAt(part, at) < low) {
      mark++;
      at++;
    }
    if (at === count) break;
    if (isOne(part, highs, mark) && lowAt(part, at) === low) found.push(hash);
  }
  return found;
}

function keysOf(hashes: Uint32Array, highBits: number): Uint32Array {
  const keys = new Uint32Array(hashes.length);
  let count = 0;
  for (const hash of hashes) {
    const key = keyOf(hash, highBits);
    if (count === 0 || keys[count - 1] !== key) keys[count++] = key;
  }
  return keys.subarray(0, count);
}

/** As many bits of a hash as the set keeps, without those that say its part. */
function keyOf(hash: number, highBits: number): number {
  return (hash & (2 ** REST_BITS - 1)) >>> (REST_BITS - LOW_BITS - highBits);
}

function isOne(part: Buffer, highs: number, mark: number): boolean {
  return (part[highs + (mark >> 3)]! & (1 << (mark & 7))) !== 0;
}

function lowAt(part: Buffer, at: number): number {
  const bit = at * LOW_BITS;
  const byte = HEAD_BYTES + (bit >> 3);
  return ((part[byte]! | (part[byte + 1]! << 8) | (part[byte + 2]! << 16)) >> (bit & 7)) & LOW_MASK;
}
