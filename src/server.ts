/** Listens for Looker with an app, until it is told to stop. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Express } from "express";
import { BrokenRequests, type EndedReason } from "./broken-requests";
import { SetupError } from "./errors";
import { DEFAULT_LIMITS, type Limits } from "./limit-settings";
import { endSlowBody } from "./slow-requests";

/** How long connections have to end by themselves once every reply has been sent, in milliseconds. */
const CLOSE_WITHIN_MS = 3000;

/** How often Node looks for requests that are late, in milliseconds: so much later than the limit they may end. */
const LOOK_EVERY_MS = 5000;

/** Header fields of one request. Looker and proxies send some twenty. */
const MAX_HEADERS = 200;

export interface ServerOptions {
  limits: Limits;
  onEnded(reason: EndedReason): void;
}

export interface RunningServer {
  /** `http://localhost:8080`, with the port that was taken. */
  url: string;
  /** Takes no new connections, and resolves when every reply has been sent. */
  close(): Promise<void>;
}

/**
 * @param host the address to listen at; undefined: all of them
 * @throws SetupError when the port is taken
 */
export async function listen(
  app: Express,
  port: number,
  host?: string,
  { limits, onEnded }: ServerOptions = { limits: DEFAULT_LIMITS, onEnded: () => undefined },
): Promise<RunningServer> {
  const server = createServer(
    {
      // Looker's slowest line sends its headers in one packet; who sends them by the letter holds a connection for nothing.
      headersTimeout: limits.headerTimeoutMs,
      // A body is not ended by the time that it takes, but by how slowly it comes: `endSlowBody` does that.
      requestTimeout: 0,
      // Longer than proxies keep theirs (60 s as a rule): a connection is then never ended just as they send.
      keepAliveTimeout: limits.idleTimeoutMs,
      connectionsCheckingInterval: Math.min(LOOK_EVERY_MS, limits.headerTimeoutMs / 4),
      maxHeaderSize: limits.headerBytes,
    },
    app,
  );
  // A reply may take as long as Looker's query and Heap do: silence on a connection is no reason to end it.
  server.timeout = 0;
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = limits.connections;
  const broken = new BrokenRequests(limits);
  server.on("drop", () => onEnded("too many"));
  server.on("clientError", (error, socket) => onEnded(broken.answer(error, socket)));
  // What waits for memory is not read meanwhile, and not late for that.
  const bodyTimeoutMs = limits.bodyTimeoutMs + limits.requestWaitMs;
  server.on("request", (request, response) => {
    endSlowBody(request, response, bodyTimeoutMs, () => onEnded("slow"));
    // Node closes the connections that are idle when it stops listening, but not those that become so later.
    response.once("close", () => {
      if (!server.listening) server.closeIdleConnections();
    });
  });
  await started(server, port, host);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host ?? "localhost"}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Some connections never carry a request: those are not waited for.
        setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS).unref();
      }),
  };
}

function started(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken =
        error.code === "EADDRINUSE" ? "is taken: set PORT to another" : `can't be used (${error.code})`;
      reject(new SetupError(`Port ${port} ${taken}.`));
    });
    server.listen(port, host, resolve);
  });
}
