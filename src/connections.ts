/** HTTP requests over connections that are used again. Node's own client: a body goes out as it is, without a copy. */

import http, { type IncomingMessage } from "node:http";
import https from "node:https";

/** What the hub calls itself in every request. */
export const USER_AGENT = "looker-heap-action-hub";

export interface OutgoingRequest {
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: Buffer | string;
  /** Ends the request, and the reading of its answer. */
  signal: AbortSignal;
  /** How long connecting may take, in milliseconds; undefined: as long as the system lets it. */
  connectTimeoutMs?: number;
  /** How long the answer's beginning may take once connected, in milliseconds; undefined: for ever. */
  answerTimeoutMs?: number;
}

export class Connections {
  private readonly http = new http.Agent({ keepAlive: true });
  private readonly https = new https.Agent({ keepAlive: true });

  /**
   * Redirects are not followed.
   * @returns the answer as soon as its headers are there
   * @throws an error with a `code` when there is no connection, or no answer in time
   */
  request(url: URL, { body, signal, ...options }: OutgoingRequest): Promise<IncomingMessage> {
    const secure = url.protocol === "https:";
    const { method } = options;
    const headers = { "user-agent": USER_AGENT, ...options.headers };
    return new Promise((resolve, reject) => {
      const request = secure
        ? https.request(url, { agent: this.https, method, headers, signal })
        : http.request(url, { agent: this.http, method, headers, signal });
      const giveUpAfter = (milliseconds: number | undefined) => {
        if (milliseconds === undefined) return () => undefined;
        const timer = setTimeout(() => request.destroy(timedOut()), milliseconds);
        return () => clearTimeout(timer);
      };
      let settle = giveUpAfter(options.connectTimeoutMs);
      request.once("socket", (socket) => {
        const connected = () => {
          settle();
          settle = giveUpAfter(options.answerTimeoutMs);
        };
        if (socket.connecting) socket.once(secure ? "secureConnect" : "connect", connected);
        else connected();
      });
      request.once("close", () => settle());
      // It stays: an error after the answer has begun is the answer's too.
      request.on("error", reject);
      request.once("response", (response) => {
        settle();
        resolve(response);
      });
      request.end(body);
    });
  }

  /** Ends all connections, those in use too. */
  close(): void {
    this.http.destroy();
    this.https.destroy();
  }
}

/** The connection was silent for too long. */
export function timedOut(): Error {
  return Object.assign(new Error("time-out"), { code: "ETIMEDOUT" });
}
