/** The 32-bit hash by which delivery tells identities apart: exact for one identity, careful where two share it. */

import type { PropertyType } from "../heap";

/**
 * FNV-1a over UTF-16 code units with a final mix (MurmurHash3's), so that the low bits are good too.
 * @returns a signed 32-bit integer: V8 keeps those without an object each
 */
export function identityHash(type: PropertyType, identity: string): number {
  let hash = type === "user" ? 0x811c9dc5 : 0x811c9dc4;
  for (let at = 0; at < identity.length; at++) {
    hash = Math.imul(hash ^ identity.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
