/** The reply to an execute: kept alive while the delivery runs, and ended whatever happens. */

import type { IDataActionResponse } from "@looker/sdk";
import type { Response } from "express";
import { Alarm, type Clock } from "../clock";
import { newLifetime } from "../lifetime";

/** What the person in Looker is told. */
export interface ExecuteReply {
  success: boolean;
  message: string;
  /** Form field → what is wrong with it. */
  validationErrors?: Readonly<Record<string, string>>;
}

/** Something between Looker and us may give up on a silent connection; JSON allows white space before it. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Sends a newline now and then until the work is done, then its reply.
 * @param work what is asked for; when it throws, `onError` says what Looker is told
 */
export async function replyWhenDone(
  response: Response,
  clock: Clock,
  work: () => Promise<ExecuteReply>,
  onError: (error: unknown) => ExecuteReply,
): Promise<void> {
  const waiting = newLifetime();
  const keepAlive = new Alarm(
    clock,
    () => {
      if (!response.headersSent) response.type("json");
      response.write("\n");
      keepAlive.set(KEEP_ALIVE_MS);
    },
    waiting.signal,
  );
  keepAlive.set(KEEP_ALIVE_MS);
  let reply: ExecuteReply;
  try {
    reply = await work();
  } catch (error) {
    reply = onError(error);
  } finally {
    waiting.abort();
  }
  if (!response.headersSent) response.type("json");
  response.end(JSON.stringify({ looker: lookerBody(reply) }));
}

function lookerBody(reply: ExecuteReply): object {
  const body: IDataActionResponse = { success: reply.success, message: reply.message, refresh_query: false };
  return { ...body, ...(reply.validationErrors && { validation_errors: reply.validationErrors }) };
}
