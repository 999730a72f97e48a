/** Reads a request's body into memory, up to a limit. */

import type { IncomingMessage } from "node:http";
import { Breach } from "./breach";

/**
 * A body over the limit is read to its end but not kept, so that the client has finished writing when the
 * answer comes and sees it.
 *
 * @returns the body, a breach if it is larger than `limit` bytes, or `undefined` if the client went away
 */
export async function readBody(
  request: IncomingMessage,
  limit: number,
): Promise<Buffer | Breach | undefined> {
  const arriving: AsyncIterable<Buffer> = request;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of arriving) {
      bytes += chunk.length;
      if (bytes <= limit) chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return bytes > limit ? new Breach(413, `the body has more than ${limit} bytes`) : Buffer.concat(chunks);
}
