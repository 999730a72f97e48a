/** Measures and cuts a text while it is still JSON: characters are counted without decoding them. */

const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

/**
 * Finds how much of a JSON text fits a number of UTF-16 code units, never ending inside a character.
 * @param start of the text's content, behind its opening quote
 * @param end of the content, or of what was kept of it
 * @returns where the part that fits ends, and how many code units it has; it is all of it when `at` is `end`
 */
export function fittingPart(
  bytes: Buffer,
  start: number,
  end: number,
  limit: number,
): { at: number; units: number } {
  let at = start;
  let units = 0;
  while (at < end) {
    const [length, taken] = characterAt(bytes, at);
    if (units + taken > limit) break;
    at += length;
    units += taken;
  }
  return { at, units };
}

/** Bytes and UTF-16 code units of the character at a place; a pair of surrogate escapes is one character. */
function characterAt(bytes: Buffer, at: number): [length: number, units: number] {
  const byte = bytes[at]!;
  if (byte === BACKSLASH) {
    if (bytes[at + 1] !== LOWER_U) return [2, 1];
    const pair = isSurrogate(bytes, at, 0xd8) && isSurrogate(bytes, at + 6, 0xdc);
    return pair ? [12, 2] : [6, 1];
  }
  if (byte < 0x80) return [1, 1];
  if (byte < 0xe0) return [2, 1];
  return byte < 0xf0 ? [3, 1] : [4, 2];
}

/** Whether a `\uXXXX` escape stands here whose high byte is one of the four from `high` on. */
function isSurrogate(bytes: Buffer, at: number, high: number): boolean {
  if (bytes[at] !== BACKSLASH || bytes[at + 1] !== LOWER_U) return false;
  const value = Number.parseInt(bytes.toString("latin1", at + 2, at + 4), 16);
  return value >= high && value < high + 4;
}
