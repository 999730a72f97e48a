/** A bare HTTP server on loopback, for what the stand-ins do not do. */

import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface LoopbackServer {
  /** `http://127.0.0.1:…`, without a slash at its end. */
  url: string;
  /** Breaks every open connection. */
  close(): Promise<void>;
}

/** @param onConnection called with each connection, whatever comes over it */
export async function startLoopbackServer(
  handle: RequestListener,
  onConnection: () => void = () => undefined,
): Promise<LoopbackServer> {
  const server = createServer(handle);
  server.on("connection", onConnection);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Sends the head and a part of the body, and resets the connection once they are out. */
export function answerAndReset(response: ServerResponse, status: number, part: string): void {
  response.writeHead(status, { "content-length": part.length + 100 });
  response.write(part, () => response.socket?.resetAndDestroy());
}
