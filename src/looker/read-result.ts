/** Reads a result to its end, or as far as it goes. */

import { FormError, UserError } from "../errors";
import type { ResultReader } from "../mapping";
import { DocumentDecoder, DocumentError, type DocumentLimits } from "./document";
import { DownloadError } from "./download";

export interface ResultEnd {
  /** Why the result could not be read to its end; absent when the document is whole. */
  problem?: string;
  /** What the other end said of the problem: it may quote personal data. */
  said?: string;
  /** What came from Looker is to blame: read again, the result may be whole. */
  isLookers?: boolean;
  /** What stopped the reading, when it is nothing that the person in Looker can do anything about. */
  error?: unknown;
  truncated: boolean;
  messages: readonly string[];
}

/**
 * @param checkpoint called after each piece; reading goes on when the promise it may return resolves
 * @throws FormError when the form does not fit the result: nothing has been handed on then
 */
export async function readResult(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  reader: ResultReader,
  checkpoint: () => Promise<void> | undefined,
  limits?: DocumentLimits,
): Promise<ResultEnd> {
  const decoder = new DocumentDecoder(reader, limits);
  const end = (problem?: string, said?: string): ResultEnd => ({
    ...(problem !== undefined && { problem }),
    ...(said !== undefined && { said }),
    truncated: decoder.truncated,
    messages: decoder.messages,
  });
  try {
    for await (const piece of source) {
      decoder.write(piece);
      const wait = checkpoint();
      if (wait) await wait;
    }
    decoder.end();
    return end();
  } catch (error) {
    if (error instanceof FormError) throw error;
    if (error instanceof UserError) {
      const isLookers = error instanceof DownloadError || error instanceof DocumentError;
      return { ...end(error.message, error.said), ...(isLookers && { isLookers }) };
    }
    return { ...end("an error inside the action hub stopped the reading"), error };
  }
}
