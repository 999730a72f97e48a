/** Posts to a hub with Looker's patience: no limit on how long the head or the body of the reply may take. */

import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";

export interface HubReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body as it came, with the newlines a hub may write before the JSON to keep the connection alive. */
  readonly text: string;
  /** The body as JSON, or `undefined` if it is not JSON. */
  readonly body: unknown;
}

export interface HubPost {
  readonly url: string;
  readonly headers: OutgoingHttpHeaders;
  /** Sent as JSON; absent: an empty body without a content type. */
  readonly body?: unknown;
  /** Hangs up when aborted. */
  readonly signal?: AbortSignal;
}

/**
 * node:http rather than fetch, which gives up after five minutes without a head or a piece of the body.
 *
 * @throws the connection's error, if it breaks before the reply is whole
 */
export async function postToHub({ url, headers, body, signal }: HubPost): Promise<HubReply> {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const contentHeaders = content === undefined ? {} : { "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const post = request(url, {
      method: "POST",
      headers: { ...headers, ...contentHeaders },
      // A connection of its own for each call, as Looker does, so that none is left open.
      agent: false,
      ...(signal === undefined ? {} : { signal }),
    });
    post.on("error", reject);
    post.on("response", (response) => {
      text(response).then((received) => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, text: received, body: parse(received) });
      }, reject);
    });
    post.end(content);
  });
}

function parse(received: string): unknown {
  try {
    return JSON.parse(received);
  } catch {
    return undefined;
  }
}
