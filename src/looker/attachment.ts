/** A result that Looker pushed along with the request, as the bytes of its JSON text: taken out of the body, where they stand. */

import { setImmediate } from "node:timers/promises";
import type { Place, RequestBody } from "./body-scan";
import { unescapeInPlace } from "./unescape";

/** A pushed result, as the request has it. */
export interface Attachment {
  mimetype: string;
  /** Where its data stand: a JSON text, base64 of one, or JSON itself. */
  data: Place;
}

/** Read at once at the most, in bytes: others have their turn in between. */
const PIECE_BYTES = 256 * 1024;

const QUOTE = 0x22;

/**
 * The result in pieces; one is valid until the next one is asked for. The body's bytes are written over, so that no second
 * copy of them is needed: it can be read once.
 * @param body let go of at the end, also when that comes early
 */
export async function* pushedPieces(
  { mimetype, data }: Attachment,
  body: Pick<RequestBody, "bytes"> & { release(): void },
): AsyncGenerator<Buffer> {
  const { bytes } = body;
  const isText = bytes[data.start] === QUOTE;
  const isBase64 = isText && /;\s*base64\s*$/i.test(mimetype);
  const pieces = isText
    ? textPieces(bytes.subarray(data.start + 1, data.end - 1))
    : cut(bytes.subarray(data.start, data.end));
  try {
    let isFirst = true;
    for (const piece of isBase64 ? decodeBase64(pieces) : pieces) {
      if (!isFirst) await setImmediate();
      isFirst = false;
      yield piece;
    }
  } finally {
    body.release();
  }
}

function* cut(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

/** @param text what stands between the quotes */
function* textPieces(text: Buffer): Generator<Buffer> {
  let at = 0;
  while (at < text.length) {
    const { read, written } = unescapeInPlace(text, at, Math.min(at + PIECE_BYTES, text.length));
    yield text.subarray(at, written);
    at = read;
  }
}

/** Four characters are three bytes: what is left of a piece is read with the next one. */
function* decodeBase64(pieces: Iterable<Buffer>): Generator<Buffer> {
  let left = "";
  for (const piece of pieces) {
    const text = left + piece.toString("latin1").replace(/\s+/g, "");
    const whole = text.length - (text.length % 4);
    left = text.slice(whole);
    yield Buffer.from(text.slice(0, whole), "base64");
  }
  if (left !== "") yield Buffer.from(left, "base64");
}
