/** What a cell becomes as an identity (or account id): "Rules of the mapping" in the docs. */

import { MAX_IDENTITY_LENGTH } from "../delivery";
import { Cell, type Row } from "./query-result";

export type Identity = { text: string } | { blank: true } | { reason: string };

const BLANK: Identity = { blank: true };
const TOO_LONG: Identity = { reason: `the identity is longer than ${MAX_IDENTITY_LENGTH} characters` };

export function readIdentity(row: Row, column: number): Identity {
  const start = row.starts[column]!;
  const end = row.ends[column]!;
  switch (row.kinds[column]) {
    case Cell.Missing:
    case Cell.Null:
      return BLANK;
    case Cell.Text:
      // What is kept of a cut text is already longer than an identity may be.
      return row.cut[column] ? TOO_LONG : readText(row.bytes.toString("utf8", start + 1, end - 1));
    case Cell.Number:
      return end - start > MAX_IDENTITY_LENGTH
        ? TOO_LONG
        : { text: row.bytes.toString("latin1", start, end) };
    case Cell.True:
    case Cell.False:
      return { reason: "the identity is a boolean" };
    case Cell.List:
      return { reason: "the identity is a list" };
    default:
      return { reason: "the identity is an object" };
  }
}

function readText(content: string): Identity {
  const text = content.includes("\\") ? String(JSON.parse(`"${content}"`)) : content;
  if (text.trim() === "") return BLANK;
  if (text.length > MAX_IDENTITY_LENGTH) return TOO_LONG;
  if (!text.isWellFormed()) return { reason: "the identity holds half a character (a lone surrogate)" };
  return { text };
}
