/** Sends one bulk request to Heap and says what the answer means. Retrying and splitting are the scheduler's. */

import { ClientRequest, type IncomingMessage } from "node:http";
import { Connections } from "../connections";
import { errorCode } from "../error-code";
import { newLifetime } from "../lifetime";
import { readText, SHORT_ANSWER_BYTES } from "../read-text";
import { type Answer, classify } from "./answer";
import type { Environment } from "./environment";
import { KINDS, type KindName } from "./kinds";

export interface HeapClientOptions {
  /** How long an answer may take, in milliseconds. */
  timeoutMs: number;
  now: () => number;
}

export interface HeapRequest {
  environment: Environment;
  kind: KindName;
  /** A ready request body. */
  body: Buffer;
  /** Called when Heap has accepted the body and nothing reads its memory any more. */
  free?(): void;
  /** Breaks the request off while it has no answer. It may live far longer: nothing of the request stays on it. */
  signal?: AbortSignal;
}

export class HeapClient {
  private readonly connections = new Connections();

  constructor(private readonly options: HeapClientOptions) {}

  /** Never throws: whatever goes wrong is an answer too. */
  async send({ environment, kind, body, free, signal: brokenOff }: HeapRequest): Promise<Answer> {
    const timeout = AbortSignal.timeout(this.options.timeoutMs);
    // Not aborted in the end: a body may still be going out then.
    const lifetime = newLifetime(timeout);
    const unanswered = newLifetime();
    const breakOff = () => lifetime.abort(brokenOff?.reason);
    if (brokenOff?.aborted) breakOff();
    else brokenOff?.addEventListener("abort", breakOff, { signal: unanswered.signal });
    try {
      const response = await this.connections.request(new URL(environment.host + KINDS[kind].path), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        signal: lifetime.signal,
      });
      const { statusCode = 0, headers } = response;
      const { text, isWhole } = await readText(response, SHORT_ANSWER_BYTES);
      const answer = classify(statusCode, text, headers["retry-after"], this.options.now());
      if (answer.kind !== "accepted") return answer;
      // An answer can come before the body has gone out to its end.
      if (isSent(response)) free?.();
      // One that was not read to its end has then ended the body's way, too.
      else if (!isWhole) return { kind: "unanswered", cause: "long answer" };
      return answer;
    } catch (error) {
      return { kind: "unanswered", cause: timeout.aborted ? "time-out" : errorCode(error) };
    } finally {
      unanswered.abort();
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
