/** Ends requests whose bodies do not come, and connections on which nothing more is to be read. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { refusalText } from "./refusal-text";

/** A body that comes faster than this is waited for, however large it is; in bytes a second. */
const FAST_ENOUGH = 100_000;

/** How long what was refused may go on coming, so that whoever sends it gets to read why; in milliseconds. */
const LINGER_MS = 5000;

/**
 * @param bodyTimeoutMs how long a small body may take; a large one as much longer as it has bytes at `FAST_ENOUGH`
 * @param onLate called when a body did not come in time
 */
export function endSlowBody(
  request: IncomingMessage,
  response: ServerResponse,
  bodyTimeoutMs: number,
  onLate: () => void,
): void {
  const { socket } = request;
  const hasBody =
    Number(request.headers["content-length"] ?? 0) > 0 || request.headers["transfer-encoding"] !== undefined;
  if (!hasBody) return;
  const started = performance.now();
  const bytesBefore = socket.bytesRead;
  let timer: NodeJS.Timeout;
  const look = () => {
    if (request.complete || socket.destroyed) return;
    const allowed = bodyTimeoutMs + ((socket.bytesRead - bytesBefore) / FAST_ENOUGH) * 1000;
    const left = allowed - (performance.now() - started);
    if (left > 0) timer = setTimeout(look, left).unref();
    else end();
  };
  const end = () => {
    onLate();
    // Its reply has begun: there is nothing more to say.
    if (response.headersSent) socket.destroy();
    else {
      const body = refusalText("The body of the request did not come in time.");
      const headers = {
        "content-type": "application/json; charset=utf-8",
        "content-length": Buffer.byteLength(body),
      };
      response.writeHead(408, { ...headers, connection: "close" }).end(body);
    }
  };
  timer = setTimeout(look, bodyTimeoutMs).unref();
  response.once("finish", () => {
    clearTimeout(timer);
    if (request.complete) return;
    request.resume();
    timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  });
  request.once("close", () => clearTimeout(timer));
}
