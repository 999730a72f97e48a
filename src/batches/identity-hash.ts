/** The 32-bit hash by which delivery tells identities apart: exact for one identity, careful where two share it. */

import { KINDS, type KindName } from "../heap";

/**
 * FNV-1a over the bytes with a final mix (MurmurHash3's), so that the low bits are good too.
 * @param bytes the identity as JSON text, quotes included, stands here from `start` to `end`; one identity is
 * always written the same way
 * @returns a signed 32-bit integer: V8 keeps those without an object each
 */
export function identityHash(kind: KindName, bytes: Buffer, start: number, end: number): number {
  let hash: number = KINDS[kind].seed;
  for (let at = start + 1; at < end - 1; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The same of an identity that is not JSON text. */
export function identityHashOf(kind: KindName, identity: string): number {
  const text = Buffer.from(JSON.stringify(identity));
  return identityHash(kind, text, 0, text.length);
}
