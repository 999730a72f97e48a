/** Finds where a scalar ends that lies whole in one chunk, checking it as strictly as the scanner does. */

import { Scalar } from "./json-scanner";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** 1 for the bytes a text may hold as they are and that need no look at their neighbours. */
const PLAIN = new Uint8Array(256).fill(1, 0x20, 0x80);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** 1 for what may follow a backslash by itself. */
const ESCAPED = new Uint8Array(256);
for (const character of '"\\/bfnrt') ESCAPED[character.charCodeAt(0)] = 1;

const LITERALS = [
  { text: Buffer.from("null"), kind: Scalar.Null },
  { text: Buffer.from("true"), kind: Scalar.True },
  { text: Buffer.from("false"), kind: Scalar.False },
] as const;

/** What `scalarEnd` found. One for all calls: it is read at once. */
export const found: { kind: Scalar } = { kind: Scalar.Null };

/** @returns the place behind the scalar, its kind in `found`; -1 when there is none, or it does not end here */
export function scalarEnd(chunk: Buffer, view: DataView, at: number): number {
  const byte = byteAt(chunk, at);
  if (byte === QUOTE) {
    found.kind = Scalar.String;
    return textEnd(chunk, view, at + 1);
  }
  if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
    found.kind = Scalar.Number;
    return numberEnd(chunk, at);
  }
  for (const { text, kind } of LITERALS) {
    if (byte !== text[0]) continue;
    found.kind = kind;
    return startsWith(chunk, at, text) ? at + text.length : -1;
  }
  return -1;
}

function textEnd(chunk: Buffer, view: DataView, start: number): number {
  let at = start;
  for (;;) {
    at = plainEnd(chunk, view, at);
    const byte = byteAt(chunk, at);
    if (byte === QUOTE) return at + 1;
    const next = byte === BACKSLASH ? escapeEnd(chunk, at + 1) : characterEnd(chunk, at);
    if (next < 0) return -1;
    at = next;
  }
}

/**
 * Passes over plain bytes, four at a time.
 *
 * A byte's high bit comes out set when the byte is 0x80 or more, less than 0x20, a quote or a backslash: the
 * last two are zero after `^`, and taking 1 from a byte that is zero borrows from its high bit. A borrow can set
 * the bit of the byte above too, so only the lowest bit counts.
 * Source: Sean Anderson's Bit Twiddling Hacks, "Determine if a word has a byte less than n".
 */
function plainEnd(chunk: Buffer, view: DataView, start: number): number {
  const last = chunk.length - 4;
  let at = start;
  for (; at <= last; at += 4) {
    const word = view.getInt32(at, true);
    const quote = word ^ 0x22222222;
    const backslash = word ^ 0x5c5c5c5c;
    const special =
      (word | (word - 0x20202020) | (quote - 0x01010101) | (backslash - 0x01010101)) & 0x80808080;
    if (special !== 0) return at + ((31 - Math.clz32(special & -special)) >> 3);
  }
  while (PLAIN[byteAt(chunk, at)] === 1) at++;
  return at;
}

function escapeEnd(chunk: Buffer, at: number): number {
  const byte = byteAt(chunk, at);
  if (ESCAPED[byte] === 1) return at + 1;
  if (byte !== 0x75) return -1;
  for (let digit = at + 1; digit <= at + 4; digit++) if (!isHex(byteAt(chunk, digit))) return -1;
  return at + 5;
}

/** Behind a character of several bytes (RFC 3629: no over-long forms, no surrogates). */
function characterEnd(chunk: Buffer, at: number): number {
  const byte = byteAt(chunk, at);
  const second = byteAt(chunk, at + 1);
  if (byte >= 0xc2 && byte <= 0xdf) return isRest(second) ? at + 2 : -1;
  if (byte >= 0xe0 && byte <= 0xef) {
    if ((byte === 0xe0 && second < 0xa0) || (byte === 0xed && second > 0x9f)) return -1;
    return isRest(second) && isRest(byteAt(chunk, at + 2)) ? at + 3 : -1;
  }
  if (byte >= 0xf0 && byte <= 0xf4) {
    if ((byte === 0xf0 && second < 0x90) || (byte === 0xf4 && second > 0x8f)) return -1;
    return isRest(second) && isRest(byteAt(chunk, at + 2)) && isRest(byteAt(chunk, at + 3)) ? at + 4 : -1;
  }
  return -1;
}

function numberEnd(chunk: Buffer, start: number): number {
  let at = byteAt(chunk, start) === 0x2d ? start + 1 : start;
  if (byteAt(chunk, at) === 0x30) at++;
  else {
    const end = digitsEnd(chunk, at);
    if (end === at) return -1;
    at = end;
  }
  if (byteAt(chunk, at) === 0x2e) {
    const end = digitsEnd(chunk, at + 1);
    if (end === at + 1) return -1;
    at = end;
  }
  if (byteAt(chunk, at) === 0x65 || byteAt(chunk, at) === 0x45) {
    const sign = byteAt(chunk, at + 1) === 0x2b || byteAt(chunk, at + 1) === 0x2d ? 1 : 0;
    const end = digitsEnd(chunk, at + 1 + sign);
    if (end === at + 1 + sign) return -1;
    at = end;
  }
  return at;
}

function digitsEnd(chunk: Buffer, start: number): number {
  let at = start;
  while (byteAt(chunk, at) >= 0x30 && byteAt(chunk, at) <= 0x39) at++;
  return at;
}

function startsWith(chunk: Buffer, at: number, text: Buffer): boolean {
  for (let each = 1; each < text.length; each++) if (byteAt(chunk, at + each) !== text[each]) return false;
  return true;
}

function isRest(byte: number): boolean {
  return byte >= 0x80 && byte <= 0xbf;
}

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

/** The byte at a place; past the end 0, which no scalar holds. (Reading past the end costs V8 its best code.) */
function byteAt(chunk: Buffer, at: number): number {
  return at < chunk.length ? chunk[at]! : 0;
}
