/** The chunks in which a document goes out: as it comes, or in a set size, and cut off if asked for. */

import { setImmediate as nextTurn } from "node:timers/promises";
import type { OfferOptions, ResultDocument } from "./result-offer";

export async function* documentChunks(
  document: ResultDocument,
  { chunkBytes, cutAfterBytes = Number.POSITIVE_INFINITY }: OfferOptions,
): AsyncGenerator<Buffer> {
  const buffers = toBuffers(document);
  let left = cutAfterBytes;
  for await (const chunk of chunkBytes === undefined ? buffers : resize(buffers, chunkBytes)) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

async function* toBuffers(document: ResultDocument): AsyncGenerator<Buffer> {
  const isWhole = typeof document === "string" || Buffer.isBuffer(document);
  for await (const piece of isWhole ? [document] : document) {
    yield typeof piece === "string" ? Buffer.from(piece) : piece;
  }
}

/** Each chunk gets a turn of the event loop to itself: written together, they would be read as one. */
async function* resize(buffers: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const buffer of buffers) {
    rest = rest.length === 0 ? buffer : Buffer.concat([rest, buffer]);
    let start = 0;
    for (; rest.length - start >= size; start += size) {
      yield rest.subarray(start, start + size);
      await nextTurn();
    }
    rest = rest.subarray(start);
  }
  if (rest.length > 0) yield rest;
}
