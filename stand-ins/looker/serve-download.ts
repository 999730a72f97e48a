/** Answers one download: with the document an offer holds, in the way the offer says. */

import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isNativeError } from "node:util/types";
import { documentChunks } from "./document-chunks";
import type { ResultOffer } from "./result-offer";

/** Looker's own answer for a URL that is used up, expired or unknown is a page for people. */
const GONE_PAGE = "<!DOCTYPE html><html><body><h1>404</h1><p>The page was not found.</p></body></html>";

export function serveGone(response: ServerResponse): void {
  response.writeHead(404, { "content-type": "text/html; charset=utf-8" }).end(GONE_PAGE);
}

/** Ends when the document is written or the downloader has hung up; throws what the document itself throws. */
export async function serveDownload(
  response: ServerResponse,
  { document, options }: ResultOffer,
): Promise<void> {
  const { status, contentType = "application/json", cutAfterBytes, redirectTo } = options;
  if (redirectTo !== undefined) {
    response.writeHead(status ?? 302, { location: redirectTo }).end();
    return;
  }
  response.writeHead(status ?? 200, { "content-type": contentType });
  response.flushHeaders();
  try {
    await pipeline(Readable.from(documentChunks(document, options)), response, {
      end: cutAfterBytes === undefined,
    });
  } catch (error) {
    if (!isHangUp(error)) throw error;
  }
  // Breaks the connection only after what was written has gone out, and without the mark of a whole body.
  if (cutAfterBytes !== undefined) response.socket?.destroySoon();
}

/** Not by `instanceof`: in a test, Node's own errors are of another realm than the test's `Error`. */
function isHangUp(error: unknown): boolean {
  return isNativeError(error) && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE";
}
