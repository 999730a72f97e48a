/** Who may look at deliveries, and who may do something with them. */

import { parseCookie, stringifySetCookie } from "cookie";
import type { Request, RequestHandler, Response } from "express";
import type { Clock } from "../clock";
import { findToken, isSame, tokenIn } from "../token-check";
import { WrongTokens } from "../wrong-tokens";
import { SESSION_MS, type Session, Sessions } from "./sessions";

export interface AccessOptions {
  adminTokens: readonly string[];
  /** Path of the pages, for the cookie: `/deliveries`. */
  path: string;
  /** Address of the hub; undefined: the one that a request names. */
  baseUrl: string | undefined;
  clock: Clock;
}

/** An administrator, by a session in a browser or by a token that a script sends. */
export type Administrator = { session: Session } | { session?: undefined };

const COOKIE = "hub_session";

/** Whether a token that was sent is right; `once`: the same one counts once when it is wrong. */
interface Attempt {
  isRight: boolean;
  once?: string;
}

export class Access {
  private readonly wrongTokens: WrongTokens;
  private readonly sessions: Sessions;
  /** Whether the hub is reached over TLS, whatever a proxy says of a single request. */
  private readonly isSecure: boolean;

  /** @param tooMany answers whoever has tried too many */
  constructor(
    private readonly options: AccessOptions,
    private readonly tooMany: (request: Request, response: Response) => void,
  ) {
    this.sessions = new Sessions(options.adminTokens, options.clock.now);
    this.isSecure = options.baseUrl?.startsWith("https:") ?? false;
    this.wrongTokens = new WrongTokens(options.clock.monotonic);
  }

  /** Holds up whoever tries one wrong token after the other; those of the sign-in form are for `signIn`. */
  readonly limit: RequestHandler = (request, response, next) => {
    const attempt = this.attemptIn(request);
    if (attempt && !this.admits(attempt, request, response)) return;
    const session = this.administrator(request)?.session;
    if (session) this.sessions.see(session);
    next();
  };

  /** @returns undefined when whoever asks is none, or must not be taken at their browser's word */
  administrator(request: Request): Administrator | undefined {
    const token = tokenIn(request.headers.authorization);
    if (token !== undefined) return findToken(token, this.options.adminTokens) === undefined ? undefined : {};
    const session = this.sessions.find(cookieOf(request));
    return session && { session };
  }

  /** Whether a form was sent from a page of this hub, within this session. */
  isOwnForm(request: Request, administrator: Administrator): boolean {
    if (administrator.session === undefined) return true;
    const given: unknown = request.body?.form_token;
    const isOfSession = typeof given === "string" && isSame(given, administrator.session.formToken);
    return isOfSession && this.isSameOrigin(request);
  }

  /** Browsers send `Origin` with every form; what sends none is no browser. */
  isSameOrigin(request: Request): boolean {
    const origin = request.get("origin");
    if (origin === undefined) return true;
    if (!URL.canParse(origin)) return false;
    const { baseUrl } = this.options;
    // A proxy may take off TLS, and the scheme with it: hosts are what is compared.
    const hosts = [request.host, baseUrl === undefined ? undefined : new URL(baseUrl).host];
    return hosts.includes(new URL(origin).host);
  }

  /** @returns undefined when it has answered by itself: too many wrong ones came from there */
  signIn(request: Request, response: Response, token: string): boolean | undefined {
    const isRight = findToken(token, this.options.adminTokens) !== undefined;
    if (!this.admits({ isRight }, request, response)) return undefined;
    const value = this.sessions.open(token);
    if (value !== undefined) this.setCookie(response, value, SESSION_MS);
    return isRight;
  }

  signOut(response: Response, { session }: Administrator): void {
    if (session) this.sessions.close(session);
    this.setCookie(response, "", 0);
  }

  /**
   * What is yet to be proven. A cookie is signed with a token: made up, it tries one. That of a session that has been
   * proven is looked at whatever else comes from its address.
   */
  private attemptIn(request: Request): Attempt | undefined {
    const token = tokenIn(request.headers.authorization);
    if (token !== undefined) return { isRight: findToken(token, this.options.adminTokens) !== undefined };
    const cookie = cookieOf(request);
    const kind = this.sessions.kindOf(cookie);
    if (kind === undefined || kind === "seen") return undefined;
    // A browser sends one of a token that has been replaced with everything it asks for.
    return { isRight: kind === "new", ...(cookie !== undefined && { once: cookie }) };
  }

  /**
   * Counts wrong tokens, not answers. A right one waits too: were it let in, nobody who guesses would be held up.
   * @returns false when it has answered by itself
   */
  private admits({ isRight, once }: Attempt, request: Request, response: Response): boolean {
    const address = request.ip ?? "";
    const wait = this.wrongTokens.waitOf(address);
    if (wait > 0) {
      this.tooMany(request, response.set("Retry-After", String(Math.ceil(wait / 1000))));
      return false;
    }
    if (!isRight) this.wrongTokens.count(address, once);
    return true;
  }

  private setCookie(response: Response, value: string, milliseconds: number): void {
    response.append(
      "Set-Cookie",
      stringifySetCookie({
        name: COOKIE,
        value,
        path: this.options.path,
        httpOnly: true,
        sameSite: "strict",
        secure: this.isSecure || response.req.secure,
        maxAge: milliseconds / 1000,
      }),
    );
  }
}

function cookieOf(request: Request): string | undefined {
  return parseCookie(request.headers.cookie ?? "")[COOKIE];
}
