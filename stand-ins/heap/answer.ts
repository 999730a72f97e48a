/** What the stand-in Heap answers, and how it is written. */

import type { OutgoingHttpHeaders, ServerResponse } from "node:http";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: OutgoingHttpHeaders;
}

/** Heap answers a request it has applied with an empty object. */
export const APPLIED: Answer = { status: 200, body: {} };

export function refusal(status: number, error: string, headers: OutgoingHttpHeaders = {}): Answer {
  return { status, body: { error }, headers };
}

export function sendAnswer(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
