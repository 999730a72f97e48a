/** The bulk request body: how it begins and ends, and where its records stand when it has to be split. */

import { KINDS, type KindName } from "./kinds";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

export const BODY_END = Buffer.from("]}");

/** `{"app_id":"123","users":[` */
export function bodyStart(environmentId: string, kind: KindName): Buffer {
  return Buffer.from(`{"app_id":${JSON.stringify(environmentId)},${KINDS[kind].envelope}`);
}

/** Where the identity's JSON text stands in a record that we built, quotes included. */
export function identityIn(record: Buffer, kind: KindName): { start: number; end: number } {
  const start = KINDS[kind].start.length;
  return { start, end: endOfText(record, start) + 1 };
}

/**
 * The records of a body that we built, each from its opening brace to behind its closing one.
 * @param body as `bodyStart`, records with commas between them, `BODY_END`
 */
export function findRecords(body: Buffer): { start: number; end: number }[] {
  const records: { start: number; end: number }[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) at = endOfText(body, at);
    else if (byte === OPEN && ++depth === 2) start = at;
    else if (byte === CLOSE && depth-- === 2) records.push({ start, end: at + 1 });
  }
  return records;
}

/** Where the closing quote stands. */
function endOfText(body: Buffer, from: number): number {
  let at = from + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
}
