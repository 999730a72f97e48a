/** The name that a key's JSON text stands for. */

import type { Token } from "./token-text";

export function keyName(token: Token): string {
  return decodeKey(token.bytes.toString("utf8", token.start, token.end));
}

/** The closing quote: not one that is escaped. */
const CLOSED = /[^\\](?:\\\\)*"$/;

/** @param text a key's JSON text; of one too long to be kept whole the closing quote is missing */
export function decodeKey(text: string): string {
  if (!CLOSED.test(text)) return text.slice(1);
  return text.includes("\\") ? String(JSON.parse(text)) : text.slice(1, -1);
}
