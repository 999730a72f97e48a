/** What a cell becomes as a property value: "Rules of the mapping" in the docs, one rule a branch. */

import { type ByteWriter, fixedBytes } from "../byte-writer";
import { isExactNumber } from "./exact-number";
import { fittingPart } from "./json-text";
import type { MappingOptions } from "./options";
import { Cell, type Row } from "./query-result";

/** What became of a cell: nothing to send, sent as it is, or over Heap's limit and cut or left out. */
export const Written = { Nothing: 0, Whole: 1, Cut: 2, LeftOut: 3 } as const;
export type Written = (typeof Written)[keyof typeof Written];

type Options = Pick<MappingOptions, "longValues" | "maxValueLength" | "emptyCells">;

const QUOTE = 0x22;
const EMPTY = fixedBytes(Buffer.from('""'));
const TRUE = fixedBytes(Buffer.from('"true"'));
const FALSE = fixedBytes(Buffer.from('"false"'));

/** A text inside JSON; of one that is cut off, as much as is there. */
const TEXT = /"(?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*("?)/g;

/** Writes the JSON text of the cell's value to `out`: a number, or a text that is not too long. */
export function writeValue(row: Row, column: number, options: Options, out: ByteWriter): Written {
  const start = row.starts[column]!;
  const end = row.ends[column]!;
  switch (row.kinds[column]) {
    case Cell.Text:
      if (end - start - 2 > options.maxValueLength) return writeLongText(row, column, options, out);
      out.copy(row.view, start, end);
      return Written.Whole;
    case Cell.Number:
      return writeNumber(row, start, end, options, out);
    case Cell.True:
      out.fixed(TRUE);
      return Written.Whole;
    case Cell.False:
      out.fixed(FALSE);
      return Written.Whole;
    case Cell.List:
    case Cell.Object:
      return writeNested(row.bytes.toString("utf8", start, end), options, out);
    case Cell.Null:
      if (options.emptyCells === "keep") return Written.Nothing;
      out.fixed(EMPTY);
      return Written.Whole;
    default:
      return Written.Nothing;
  }
}

/** A text whose JSON has more bytes than the limit has characters: it may still fit. */
function writeLongText(
  row: Row,
  column: number,
  { longValues, maxValueLength }: Options,
  out: ByteWriter,
): Written {
  const start = row.starts[column]!;
  const end = row.ends[column]!;
  const contentEnd = row.cut[column] ? end : end - 1;
  const { at } = fittingPart(row.bytes, start + 1, contentEnd, maxValueLength);
  if (at < contentEnd && longValues === "drop") return Written.LeftOut;
  out.copy(row.view, start, at);
  out.byte(QUOTE);
  return at < contentEnd ? Written.Cut : Written.Whole;
}

/** A number keeps its own digits and is never cut. */
function writeNumber(
  { bytes, view }: Row,
  start: number,
  end: number,
  { maxValueLength }: Options,
  out: ByteWriter,
): Written {
  if (end - start > maxValueLength) return Written.LeftOut;
  const exact = isExactNumber(bytes, start, end);
  if (!exact) out.byte(QUOTE);
  out.copy(view, start, end);
  if (!exact) out.byte(QUOTE);
  return Written.Whole;
}

/** A list or an object (a location) becomes its compact JSON as text; its numbers keep their digits. */
function writeNested(json: string, { longValues, maxValueLength }: Options, out: ByteWriter): Written {
  const text = json.replace(TEXT, (part, closing) => (part.includes("\\") ? plainText(part, closing) : part));
  if (text.length <= maxValueLength) {
    out.text(JSON.stringify(text));
    return Written.Whole;
  }
  if (longValues === "drop") return Written.LeftOut;
  out.text(JSON.stringify(cutText(text, maxValueLength)));
  return Written.Cut;
}

/** A text without needless escapes. */
function plainText(part: string, closing: string): string {
  if (closing === "") return JSON.stringify(JSON.parse(`${part}"`)).slice(0, -1);
  return JSON.stringify(JSON.parse(part));
}

function cutText(text: string, limit: number): string {
  const last = text.charCodeAt(limit - 1);
  const splits = last >= 0xd800 && last < 0xdc00;
  return text.slice(0, splits ? limit - 1 : limit);
}
