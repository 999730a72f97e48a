/**
 * Sessions of administrators who have signed in. A session is a signed cookie: every hub that has the token
 * knows it, and when the token is taken out of ADMIN_TOKENS its sessions end.
 */

import { createHmac, randomBytes } from "node:crypto";
import { findToken, isSame } from "../token-check";

/** In milliseconds. */
export const SESSION_MS = 12 * 3_600_000;

export interface Session {
  id: string;
  /** Proves that a form was served in this session. */
  formToken: string;
}

export class Sessions {
  /** Those that were ended by signing out, with the time at which they would have ended by themselves. */
  private readonly ended = new Map<string, number>();

  constructor(
    private readonly tokens: readonly string[],
    private readonly now: () => number,
  ) {}

  /** @returns the cookie's value; undefined when the token is not an administrator's */
  open(token: string): string | undefined {
    const known = findToken(token, this.tokens);
    if (known === undefined) return undefined;
    const content = `${this.now() + SESSION_MS}.${randomBytes(16).toString("base64url")}`;
    return `${content}.${sign(known, "session", content)}`;
  }

  /** @param cookie its value */
  find(cookie: string | undefined): Session | undefined {
    const [, content = "", expires, id = "", signature = ""] =
      /^((\d+)\.([\w-]+))\.([\w-]+)$/.exec(cookie ?? "") ?? [];
    const token = this.tokens.find((each) => isSame(signature, sign(each, "session", content)));
    if (token === undefined || Number(expires) <= this.now() || this.ended.has(id)) return undefined;
    return { id, formToken: sign(token, "form", id) };
  }

  close({ id }: Session): void {
    for (const [other, until] of this.ended) if (until <= this.now()) this.ended.delete(other);
    this.ended.set(id, this.now() + SESSION_MS);
  }
}

function sign(token: string, purpose: string, content: string): string {
  return createHmac("sha256", token).update(`${purpose}:${content}`).digest("base64url");
}
