/** Refuses a request before anything of it was done: 4xx or 503, with a body that Looker can show too. */

import type { Response } from "express";
import { refusalBody } from "../refusal-text";

/** What a request is refused for, as metrics and the log count it. */
export type RefusalReason = "token" | "guesses" | "request" | "size" | "busy" | "form" | "stopping";

/** A request of which nothing is done. */
export class RefusedRequest extends Error {
  override name = "RefusedRequest";

  /** @param headers that the status asks for */
  constructor(
    readonly status: number,
    readonly reason: RefusalReason,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export function refuse(response: Response, status: number, message: string): void {
  response.status(status).json(refusalBody(message));
}
