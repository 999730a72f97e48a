/** Listens for Looker with an app, until it is told to stop. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Express } from "express";
import { SetupError } from "./errors";

/** How long connections have to end by themselves once every reply has been sent, in milliseconds. */
const CLOSE_WITHIN_MS = 3000;

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
export async function listen(app: Express, port: number, host?: string): Promise<RunningServer> {
  // A reply may take as long as Looker's query and Heap do: the server itself sets no time-out.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 }, app);
  // Node closes the connections that are idle when it stops listening, but not those that become so later.
  server.on("request", (_request, response) => {
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
