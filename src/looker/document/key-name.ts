/** The name that a key's JSON text stands for. */

import type { Token } from "./json-scanner";

export function keyName(token: Token): string {
  return decodeKey(token.bytes.toString("utf8", token.start, token.end));
}

/** @param text a key's JSON text; of one too long to be kept whole the closing quote is missing */
export function decodeKey(text: string): string {
  if (text.length < 2 || !text.endsWith('"')) return text.slice(1);
  return text.includes("\\") ? String(JSON.parse(text)) : text.slice(1, -1);
}
