/** Who may look at deliveries, and who may do something with them. */

import { parseCookie, stringifySetCookie } from "cookie";
import type { Request, RequestHandler, Response } from "express";
import { rateLimit } from "express-rate-limit";
import { findToken, isSame, tokenIn } from "../token-check";
import { SESSION_MS, type Session, Sessions } from "./sessions";

export interface AccessOptions {
  adminTokens: readonly string[];
  /** Path of the pages, for the cookie: `/deliveries`. */
  path: string;
  /** Address of the hub; undefined: the one that a request names. */
  baseUrl: string | undefined;
  now: () => number;
}

/** An administrator, by a session in a browser or by a token that a script sends. */
export type Administrator = { session: Session } | { session?: undefined };

const COOKIE = "hub_session";

/** Wrong tokens from one address, after which it has to wait; and for how long, in milliseconds. */
const MAX_WRONG = 10;
const WRONG_WINDOW_MS = 15 * 60_000;

export class Access {
  /** Holds up whoever tries one wrong token after the other, wherever tokens are taken. */
  readonly limit: RequestHandler;
  private readonly sessions: Sessions;
  /** Whether the hub is reached over TLS, whatever a proxy says of a single request. */
  private readonly isSecure: boolean;

  /** @param tooMany answers whoever has tried too many */
  constructor(
    private readonly options: AccessOptions,
    tooMany: RequestHandler,
  ) {
    this.sessions = new Sessions(options.adminTokens, options.now);
    this.isSecure = options.baseUrl?.startsWith("https:") ?? false;
    this.limit = rateLimit({
      windowMs: WRONG_WINDOW_MS,
      limit: MAX_WRONG,
      standardHeaders: "draft-7",
      legacyHeaders: false,
      skip: (request) => request.method !== "POST" && request.headers.authorization === undefined,
      skipSuccessfulRequests: true,
      requestWasSuccessful: (_request, response) => response.statusCode !== 401,
      // Whether a proxy's headers are believed is the app's setting, not to be questioned here.
      validate: false,
      handler: tooMany,
    });
  }

  /** @returns undefined when whoever asks is none, or must not be taken at their browser's word */
  administrator(request: Request): Administrator | undefined {
    const token = tokenIn(request.headers.authorization);
    if (token !== undefined) return findToken(token, this.options.adminTokens) === undefined ? undefined : {};
    const session = this.sessions.find(parseCookie(request.headers.cookie ?? "")[COOKIE]);
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

  /** @returns whether the token is an administrator's */
  signIn(response: Response, token: string): boolean {
    const value = this.sessions.open(token);
    if (value !== undefined) this.setCookie(response, value, SESSION_MS);
    return value !== undefined;
  }

  signOut(response: Response, { session }: Administrator): void {
    if (session) this.sessions.close(session);
    this.setCookie(response, "", 0);
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
