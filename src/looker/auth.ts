/** Lets in only who knows a token. */

import { createHash, timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";
import { refuse } from "./refuse";

const IN_LOOKER =
  "The token is missing or wrong. In Looker, enter the action hub's token under Admin › Actions.";

/**
 * @param tokens any of them opens; several let a token be changed without a gap
 * @param message what is answered to whoever has none of them
 * @param onRefused called for each of them
 */
export function requireToken(
  tokens: readonly string[],
  message = IN_LOOKER,
  onRefused: () => void = () => undefined,
): RequestHandler {
  const known = tokens.map(digest);
  return (request, response, next) => {
    const given = tokenOf(request.headers.authorization);
    if (given !== undefined && isOneOf(digest(given), known)) {
      next();
      return;
    }
    onRefused();
    refuse(response.set("WWW-Authenticate", "Token"), 401, message);
  };
}

/** `Token token="…"`, as Looker sends it; the scheme in any casing (RFC 9110, 11.1). */
function tokenOf(header: string | undefined): string | undefined {
  return /^token\s+token="([^"]*)"\s*$/i.exec(header ?? "")?.[1];
}

/** Tokens are compared by their hashes: those are equally long, whatever was given. */
function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** Looks at every token, so that the time taken tells nothing. */
function isOneOf(given: Buffer, known: readonly Buffer[]): boolean {
  return known.reduce((found, each) => timingSafeEqual(given, each) || found, false);
}
