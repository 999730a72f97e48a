/** Posts to a running hub as Looker does, and reads what it says. */

import { type PostReply, post } from "./post";
import { type RunningHub, TOKEN } from "./running-hub";

export const AUTHORIZED = { authorization: `Token token="${TOKEN}"` };
export const FORM_PATH = "/actions/heap/form";
export const EXECUTE_PATH = "/actions/heap/execute";

/** @param headers beside the token, or instead of it */
export function lookerPost(
  hub: RunningHub,
  path: string,
  body: string | Buffer | null = null,
  headers: Record<string, string> = {},
): Promise<PostReply> {
  return post(`${hub.url}${path}`, body, { ...AUTHORIZED, ...headers });
}

/** @throws SyntaxError when the body is not JSON */
export function bodyOf({ text }: PostReply): unknown {
  return JSON.parse(text);
}
