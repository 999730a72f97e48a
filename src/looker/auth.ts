/** Lets in only who knows a token, and holds up whoever guesses. */

import type { Request, RequestHandler } from "express";
import { findKnown, type KnownToken, tokenIn } from "../token-check";
import type { WrongTokens } from "../wrong-tokens";
import { refuse } from "./refuse";

const IN_LOOKER =
  "The token is missing or wrong. In Looker, enter the action hub's token under Admin › Actions.";

const TOO_MANY = "Too many wrong tokens came from this address. Wait a while before the next one.";

/** More addresses than this are not kept in memory for each token. */
const MAX_ADDRESSES = 1000;

export interface AuthOptions {
  /** Any of them opens; several let a token be changed without a gap. Asked with each request. */
  tokens(): readonly KnownToken[];
  wrongTokens: WrongTokens;
  /** Called for whoever has none of them. @param isHeldUp whether too many wrong ones came from there before */
  onRefused(isHeldUp: boolean): void;
}

const shown = new WeakMap<Request, KnownToken>();

/** The token that a request was let in by. */
export function tokenOf(request: Request): KnownToken | undefined {
  return shown.get(request);
}

/**
 * While an address is held up, none of its tokens is told right from wrong, so that no guess of it comes to anything. Those
 * get in all the same that nobody can guess, and those that came right from there before: whoever guesses from behind the
 * same proxy does not keep Looker out.
 */
export function requireToken({ tokens, wrongTokens, onRefused }: AuthOptions): RequestHandler {
  const rightBefore = new WeakMap<KnownToken, Set<string>>();
  return (request, response, next) => {
    const given = tokenIn(request.headers.authorization);
    const address = request.ip ?? "";
    const found = given === undefined ? undefined : findKnown(given, tokens());
    const wait = given === undefined ? 0 : wrongTokens.waitOf(address);
    if (found && (wait === 0 || found.isStrong || rightBefore.get(found)?.has(address) === true)) {
      remember(rightBefore, found, address);
      shown.set(request, found);
      next();
      return;
    }
    onRefused(wait > 0);
    if (wait > 0) {
      refuse(response.set("Retry-After", String(Math.ceil(wait / 1000))), 429, TOO_MANY);
      return;
    }
    if (given !== undefined) wrongTokens.count(address);
    refuse(response.set("WWW-Authenticate", "Token"), 401, IN_LOOKER);
  };
}

function remember(rightBefore: WeakMap<KnownToken, Set<string>>, token: KnownToken, address: string): void {
  const addresses = rightBefore.get(token) ?? new Set();
  rightBefore.set(token, addresses);
  if (addresses.size < MAX_ADDRESSES) addresses.add(address);
}
