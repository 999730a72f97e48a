/** Reads the text of an answer up to a bound: one without an end would fill the memory. */

import type { IncomingMessage } from "node:http";

/** Enough of an answer of which only the status and the beginning matter, in bytes. */
export const SHORT_ANSWER_BYTES = 64 * 1024;

export interface AnswerText {
  text: string;
  /** False: the text is the beginning of a longer one. */
  isWhole: boolean;
}

/**
 * Whatever is beyond the bound is not read: the connection ends then, and serves no other request.
 * @param maxBytes of the text
 * @throws the error with which the connection broke off
 */
export async function readText(answer: IncomingMessage, maxBytes: number): Promise<AnswerText> {
  const arriving: AsyncIterable<Buffer> = answer;
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of arriving) {
    pieces.push(piece);
    bytes += piece.length;
    // Whoever leaves the loop early destroys the stream, and with it the connection.
    if (bytes > maxBytes) break;
  }
  const kept = Buffer.concat(pieces).subarray(0, maxBytes);
  return { text: new TextDecoder().decode(kept), isWhole: bytes <= maxBytes };
}
