/** Lets in only who knows a token. */

import type { RequestHandler } from "express";
import { findToken, tokenIn } from "../token-check";
import { refuse } from "./refuse";

const IN_LOOKER =
  "The token is missing or wrong. In Looker, enter the action hub's token under Admin › Actions.";

/**
 * @param tokens any of them opens; several let a token be changed without a gap
 * @param onRefused called for whoever has none of them
 */
export function requireToken(
  tokens: readonly string[],
  onRefused: () => void = () => undefined,
): RequestHandler {
  return (request, response, next) => {
    const given = tokenIn(request.headers.authorization);
    if (given !== undefined && findToken(given, tokens) !== undefined) {
      next();
      return;
    }
    onRefused();
    refuse(response.set("WWW-Authenticate", "Token"), 401, IN_LOOKER);
  };
}
