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

/** What a cookie is of: a session that this hub has seen before, or one that it has not; or no token has signed it. */
export type CookieKind = "seen" | "new" | "forged";

/** As `open` writes it: 16 bytes of id and 32 of signature. */
const COOKIE = /^((\d{1,15})\.([\w-]{22}))\.([\w-]{43})$/;

export class Sessions {
  /** Ids of those that were ended by signing out. */
  private readonly ended: SessionIds;
  /** Ids of those that were opened here, or found by their cookies. */
  private readonly seen: SessionIds;

  constructor(
    private readonly tokens: readonly string[],
    private readonly now: () => number,
  ) {
    this.ended = new SessionIds(now);
    this.seen = new SessionIds(now);
  }

  /** @returns the cookie's value; undefined when the token is not an administrator's */
  open(token: string): string | undefined {
    const known = findToken(token, this.tokens);
    if (known === undefined) return undefined;
    const id = randomBytes(16).toString("base64url");
    this.seen.add(id);
    const content = `${this.now() + SESSION_MS}.${id}`;
    return `${content}.${sign(known, "session", content)}`;
  }

  /**
   * @param cookie its value
   * @returns undefined when it never was one of a session, or is one of a session that is over
   */
  kindOf(cookie: string | undefined): CookieKind | undefined {
    if (!COOKIE.test(cookie ?? "")) return undefined;
    if (this.signerOf(cookie) === undefined) return "forged";
    const session = this.find(cookie);
    return session && (this.seen.has(session.id) ? "seen" : "new");
  }

  /** @param cookie its value */
  find(cookie: string | undefined): Session | undefined {
    const [, , expires, id = ""] = COOKIE.exec(cookie ?? "") ?? [];
    const token = this.signerOf(cookie);
    if (token === undefined || Number(expires) <= this.now() || this.ended.has(id)) return undefined;
    return { id, formToken: sign(token, "form", id) };
  }

  /** From now on its cookie is of the kind "seen". */
  see({ id }: Session): void {
    this.seen.add(id);
  }

  close({ id }: Session): void {
    this.ended.add(id);
  }

  /** @returns the token that has signed it */
  private signerOf(cookie: string | undefined): string | undefined {
    const [, content = "", , , signature = ""] = COOKIE.exec(cookie ?? "") ?? [];
    return this.tokens.find((each) => isSame(signature, sign(each, "session", content)));
  }
}

/** Ids of sessions, kept until these have ended by themselves. */
class SessionIds {
  private readonly until = new Map<string, number>();

  constructor(private readonly now: () => number) {}

  has(id: string): boolean {
    return this.until.has(id);
  }

  add(id: string): void {
    for (const [other, until] of this.until) if (until <= this.now()) this.until.delete(other);
    this.until.set(id, this.now() + SESSION_MS);
  }
}

function sign(token: string, purpose: string, content: string): string {
  return createHmac("sha256", token).update(`${purpose}:${content}`).digest("base64url");
}
