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
export function scalarEnd(chunk: Buffer, at: number): number {
  const byte = chunk[at]!;
  if (byte === QUOTE) {
    found.kind = Scalar.String;
    return textEnd(chunk, at + 1);
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

function textEnd(chunk: Buffer, start: number): number {
  let at = start;
  for (;;) {
    let byte = chunk[at]!;
    while (PLAIN[byte] === 1) byte = chunk[++at]!;
    if (byte === QUOTE) return at + 1;
    const next = byte === BACKSLASH ? escapeEnd(chunk, at + 1) : characterEnd(chunk, at);
    if (next < 0) return -1;
    at = next;
  }
}

function escapeEnd(chunk: Buffer, at: number): number {
  const byte = chunk[at]!;
  if (ESCAPED[byte] === 1) return at + 1;
  if (byte !== 0x75) return -1;
  for (let digit = at + 1; digit <= at + 4; digit++) if (!isHex(chunk[digit]!)) return -1;
  return at + 5;
}

/** Behind a character of several bytes (RFC 3629: no over-long forms, no surrogates). */
function characterEnd(chunk: Buffer, at: number): number {
  const byte = chunk[at]!;
  const second = chunk[at + 1]!;
  if (byte >= 0xc2 && byte <= 0xdf) return isRest(second) ? at + 2 : -1;
  if (byte >= 0xe0 && byte <= 0xef) {
    if ((byte === 0xe0 && second < 0xa0) || (byte === 0xed && second > 0x9f)) return -1;
    return isRest(second) && isRest(chunk[at + 2]!) ? at + 3 : -1;
  }
  if (byte >= 0xf0 && byte <= 0xf4) {
    if ((byte === 0xf0 && second < 0x90) || (byte === 0xf4 && second > 0x8f)) return -1;
    return isRest(second) && isRest(chunk[at + 2]!) && isRest(chunk[at + 3]!) ? at + 4 : -1;
  }
  return -1;
}

function numberEnd(chunk: Buffer, start: number): number {
  let at = chunk[start] === 0x2d ? start + 1 : start;
  if (chunk[at] === 0x30) at++;
  else {
    const end = digitsEnd(chunk, at);
    if (end === at) return -1;
    at = end;
  }
  if (chunk[at] === 0x2e) {
    const end = digitsEnd(chunk, at + 1);
    if (end === at + 1) return -1;
    at = end;
  }
  if (chunk[at] === 0x65 || chunk[at] === 0x45) {
    const sign = chunk[at + 1] === 0x2b || chunk[at + 1] === 0x2d ? 1 : 0;
    const end = digitsEnd(chunk, at + 1 + sign);
    if (end === at + 1 + sign) return -1;
    at = end;
  }
  return at;
}

function digitsEnd(chunk: Buffer, start: number): number {
  let at = start;
  while (chunk[at]! >= 0x30 && chunk[at]! <= 0x39) at++;
  return at;
}

function startsWith(chunk: Buffer, at: number, text: Buffer): boolean {
  for (let each = 1; each < text.length; each++) if (chunk[at + each] !== text[each]) return false;
  return true;
}

function isRest(byte: number): boolean {
  return byte >= 0x80 && byte <= 0xbf;
}

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
