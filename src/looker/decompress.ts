/** Decompresses what came compressed though identity was asked for, as it comes: a proxy's doing. */

import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { errorCode } from "../error-code";
import { UserError } from "../errors";

type Pieces = AsyncIterable<Buffer>;
type Decoder = ReturnType<typeof createGunzip> | ReturnType<typeof createBrotliDecompress>;

/** Bytes that may come of any answer, however well it is compressed: the beginning of a result is all alike. */
const FREE_BYTES = 16 * 1024 * 1024;

/** Codings within each other: nobody means more. */
const MAX_CODINGS = 2;

/** Of the pieces that come out, in bytes. */
const CHUNK_BYTES = 64 * 1024;

/** What came compressed can't be read, or is not to be. */
export class CompressionError extends UserError {
  override name = "CompressionError";
}

/**
 * The bytes that were meant. A piece that goes in is let go of before the next one is asked for; one that comes out stays
 * as it is. When it is not read to its end, whoever opened the pieces closes them.
 * @param encoding the value of `Content-Encoding`
 * @param maxRatio times as many bytes that may come out as go in
 * @throws CompressionError when it can't be decompressed, or more comes of it than may
 * @throws what reading the pieces throws
 */
export function decompressed(pieces: Pieces, encoding: string | undefined, maxRatio: number): Pieces {
  const codings = codingsOf(encoding);
  if (codings.length === 0) return pieces;
  if (codings.length > MAX_CODINGS) throw new CompressionError("it came compressed more than twice");
  const known = codings.map((coding) => DECODERS.get(coding) ?? unknown(coding));
  const counted = { bytes: 0 };
  // The last coding was put on last (RFC 9110, 8.4), and is taken off first.
  const out = known.reduceRight<Pieces>((inner, create) => decode(inner, create), counting(pieces, counted));
  return bounded(out, counted, maxRatio);
}

/** Coding → what takes it off, by the first byte of it. */
const DECODERS = new Map<string, (first: number) => Decoder>([
  ["gzip", () => createGunzip({ chunkSize: CHUNK_BYTES })],
  ["x-gzip", () => createGunzip({ chunkSize: CHUNK_BYTES })],
  ["br", () => createBrotliDecompress({ chunkSize: CHUNK_BYTES })],
  [
    "deflate",
    // With zlib's header as it should be (RFC 9110, 8.4.1.2), whose first half-byte is 8, or bare as some send it.
    (first) =>
      (first & 0x0f) === 8
        ? createInflate({ chunkSize: CHUNK_BYTES })
        : createInflateRaw({ chunkSize: CHUNK_BYTES }),
  ],
]);

function codingsOf(encoding: string | undefined): string[] {
  const all = (encoding ?? "").split(",").map((coding) => coding.trim().toLowerCase());
  return all.filter((coding) => coding !== "" && coding !== "identity");
}

function unknown(coding: string): never {
  const named = /^[a-z0-9-]{1,20}$/.test(coding) ? `by ${coding}` : "in an unknown way";
  throw new CompressionError(`it came compressed ${named}, which can't be read`);
}

async function* counting(pieces: Pieces, counted: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    counted.bytes += piece.length;
    yield piece;
  }
}

async function* bounded(pieces: Pieces, into: { bytes: number }, maxRatio: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > FREE_BYTES && bytes > into.bytes * maxRatio) {
      throw new CompressionError(
        `it came compressed to less than a ${maxRatio}th: whoever runs the action hub can raise RESULT_MAX_COMPRESSION`,
      );
    }
    yield piece;
  }
}

async function* decode(pieces: Pieces, create: (first: number) => Decoder): AsyncGenerator<Buffer> {
  const source = pieces[Symbol.asyncIterator]();
  let decoder: Decoder | undefined;
  try {
    const { value: first, done } = await source.next();
    if (done === true) return;
    decoder = create(first[0] ?? 0);
    let failure: unknown;
    const created = decoder;
    feed(created, first, source).catch((error: unknown) => {
      failure = error;
      created.destroy();
    });
    try {
      for await (const piece of created) yield piece as Buffer;
    } catch (error) {
      failure ??= new CompressionError(`it came compressed, and can't be decompressed (${errorCode(error)})`);
    }
    if (failure !== undefined) throw failure;
  } finally {
    decoder?.destroy();
    // Not waited for: it may be in the middle of a silence, which whoever opened the source ends.
    source.return?.().catch(() => undefined);
  }
}

/** Each piece has been taken when the next one is asked for. @throws what reading the pieces throws */
async function feed(decoder: Decoder, first: Buffer, rest: AsyncIterator<Buffer>): Promise<void> {
  for (let piece: Buffer | undefined = first; piece !== undefined; ) {
    if (!(await written(decoder, piece))) return;
    const next = await rest.next();
    piece = next.done === true ? undefined : next.value;
  }
  decoder.end();
}

/** @returns false when nothing more is taken */
function written(decoder: Decoder, piece: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const over = () => resolve(false);
    decoder.once("close", over);
    decoder.write(piece, (error) => {
      decoder.off("close", over);
      resolve(!error && !decoder.destroyed);
    });
  });
}
