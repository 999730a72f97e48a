/** Sends one bulk request to Heap and says what the answer means. Retrying and splitting are the scheduler's. */

import { errorCode } from "../error-code";
import { createDispatcher, type HttpDispatcher } from "../http-dispatcher";
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
}

export class HeapClient {
  private readonly dispatcher: HttpDispatcher;

  constructor(private readonly options: HeapClientOptions) {
    this.dispatcher = createDispatcher({
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: options.timeoutMs },
    });
  }

  /** Never throws: whatever goes wrong is an answer too. */
  async send(request: HeapRequest): Promise<Answer> {
    const signal = AbortSignal.timeout(this.options.timeoutMs);
    try {
      const response = await fetch(request.environment.host + ENDPOINTS[request.type].path, {
        method: "POST",
        headers: { "content-type": "application/json", "user-agent": "looker-heap-action-hub" },
        body: request.body,
        signal,
        redirect: "manual",
        dispatcher: this.dispatcher,
      });
      const text = await response.text();
      return classify(response.status, text, response.headers.get("retry-after"), this.options.now());
    } catch (error) {
      return { kind: "unanswered", cause: signal.aborted ? "time-out" : errorCode(error) };
    }
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }
}
