/** What a cell becomes as an identity (or account id): "Rules of the mapping" in the docs. */

import { MAX_IDENTITY_LENGTH } from "../batches";
import type { ByteWriter } from "../byte-writer";
import { Cell, type Row } from "./query-result";

/** Why a row has no identity that can be used. */
export type IdentityProblem = { blank: true } | { blank: false; reason: string };

const BLANK: IdentityProblem = { blank: true };
const TOO_LONG = reject(`the identity is longer than ${MAX_IDENTITY_LENGTH} characters`);
const BOOLEAN = reject("the identity is a boolean");
const LIST = reject("the identity is a list");
const OBJECT = reject("the identity is an object");
const LONE_SURROGATE = reject("the identity holds half a character (a lone surrogate)");

/** Of its own, as every look at another file's is a call. */
const LONGEST = MAX_IDENTITY_LENGTH;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Writes the identity as JSON text, quotes included; one identity is always written the same way.
 * @returns why there is none; undefined when it has been written
 */
export function writeIdentity(row: Row, column: number, out: ByteWriter): IdentityProblem | undefined {
  const start = row.starts[column]!;
  const end = row.ends[column]!;
  switch (row.kinds[column]) {
    case Cell.Missing:
    case Cell.Null:
      return BLANK;
    case Cell.Text:
      // What is kept of a cut text is already longer than an identity may be.
      if (row.cut[column]) return TOO_LONG;
      if (!isPlain(row.bytes, start + 1, end - 1))
        return writeText(row.bytes.toString("utf8", start + 1, end - 1), out);
      out.copy(row.view, start, end);
      return undefined;
    case Cell.Number:
      if (end - start > LONGEST) return TOO_LONG;
      out.byte(QUOTE);
      out.copy(row.view, start, end);
      out.byte(QUOTE);
      return undefined;
    case Cell.True:
    case Cell.False:
      return BOOLEAN;
    case Cell.List:
      return LIST;
    default:
      return OBJECT;
  }
}

/** A text that is short enough whatever it holds, begins with a visible ASCII character, and has no escapes. */
function isPlain(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start]!;
  if (end - start > LONGEST || end === start || first <= 0x20 || first > 0x7e) return false;
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return false;
  return true;
}

function writeText(content: string, out: ByteWriter): IdentityProblem | undefined {
  const text = content.includes("\\") ? String(JSON.parse(`"${content}"`)) : content;
  if (text.trim() === "") return BLANK;
  if (text.length > LONGEST) return TOO_LONG;
  if (!text.isWellFormed()) return LONE_SURROGATE;
  out.text(JSON.stringify(text));
  return undefined;
}

function reject(reason: string): IdentityProblem {
  return { blank: false, reason };
}
