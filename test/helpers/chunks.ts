/** Splits a document as a network might: anywhere, inside characters and tokens too. */

import fc from "fast-check";

/** Places to split a document at; each counts from the beginning again once it is past the end. */
export const anyCuts: fc.Arbitrary<number[]> = fc.array(fc.nat(100_000), { maxLength: 12 });

export function splitAt(document: Buffer, cuts: readonly number[]): Buffer[] {
  const places = cuts.map((cut) => cut % (document.length + 1)).sort((one, other) => one - other);
  return [0, ...places].map((start, piece) => document.subarray(start, places[piece]));
}

export function byteByByte(document: Buffer): Buffer[] {
  return Array.from(document, (byte) => Buffer.of(byte));
}

/** Writes the chunks, and spoils each afterwards: what was read must not be looked up in it later. */
export function writeAll(reader: { write(chunk: Buffer): void }, chunks: readonly Buffer[]): void {
  for (const chunk of chunks) {
    const once = Buffer.from(chunk);
    reader.write(once);
    once.fill(0xff);
  }
}
