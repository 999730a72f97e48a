/** Compares tokens without the time it takes telling anything. */

import { createHash, timingSafeEqual } from "node:crypto";

/** Looks at every token. @returns the one that was given; undefined when it is none of them */
export function findToken(given: string, tokens: readonly string[]): string | undefined {
  return tokens.reduce<string | undefined>(
    (found, token) => (isSame(given, token) ? token : found),
    undefined,
  );
}

/** A token by its hash: what it is need not be known to know it again. */
export interface KnownToken {
  hash: Buffer;
  /** Ids of the Heap environments that it opens; undefined: all. */
  environments?: readonly string[];
  /** Nobody guesses it. */
  isStrong: boolean;
}

/** As many characters as 128 bits take in base64url. */
const STRONG_LENGTH = 22;

export function knownToken(token: string, environments?: readonly string[]): KnownToken {
  const isStrong = token.length >= STRONG_LENGTH;
  return { hash: digest(token), isStrong, ...(environments && { environments }) };
}

/** Looks at every token, as `findToken` does. */
export function findKnown(given: string, tokens: readonly KnownToken[]): KnownToken | undefined {
  const hash = digest(given);
  return tokens.reduce<KnownToken | undefined>(
    (found, token) => (timingSafeEqual(hash, token.hash) ? token : found),
    undefined,
  );
}

/** Compares hashes: those are equally long, whatever is given. */
export function isSame(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret));
}

/** `Token token="…"`, as Looker sends it; the scheme in any casing (RFC 9110, 11.1). */
export function tokenIn(authorization: string | undefined): string | undefined {
  return /^token\s+token="([^"]*)"\s*$/i.exec(authorization ?? "")?.[1];
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
