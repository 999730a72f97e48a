/** Sends one bulk request to Heap and says what the answer means. Retrying and splitting are the scheduler's. */

import { ClientRequest, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { Connections } from "../connections";
import { errorCode } from "../error-code";
import { type Answer, classify } from "./answer";
import { ENDPOINTS, type Environment, type PropertyType } from "./environment";

export interface HeapClientOptions {
  /** How long an answer may take, in milliseconds. */
  timeoutMs: number;
  now: () => number;
}

export interface HeapRequest {
  environment: Environment;
  type: PropertyType;
  /** A ready request body. */
  body: Buffer;
  /** Called when Heap has accepted the body and nothing reads its memory any more. */
  free?(): void;
}

export class HeapClient {
  private readonly connections = new Connections();

  constructor(private readonly options: HeapClientOptions) {}

  /** Never throws: whatever goes wrong is an answer too. */
  async send({ environment, type, body, free }: HeapRequest): Promise<Answer> {
    const signal = AbortSignal.timeout(this.options.timeoutMs);
    try {
      const response = await this.connections.request(new URL(environment.host + ENDPOINTS[type].path), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        signal,
      });
      const { statusCode = 0, headers } = response;
      const said = await text(response);
      const answer = classify(statusCode, said, headers["retry-after"], this.options.now());
      // An answer can come before the body has gone out to its end.
      if (answer.kind === "accepted" && isSent(response)) free?.();
      return answer;
    } catch (error) {
      return { kind: "unanswered", cause: signal.aborted ? "time-out" : errorCode(error) };
    }
  }

  close(): void {
    this.connections.close();
  }
}

/** Whether the whole request has been handed to the system. Source: `message.req` in Node's `lib/_http_client.js`. */
function isSent(response: IncomingMessage): boolean {
  return "req" in response && response.req instanceof ClientRequest && response.req.writableFinished;
}
