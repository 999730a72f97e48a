/** Measures and cuts a text while it is still JSON: characters are counted without decoding them. */

const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

/** Only these characters are two UTF-16 code units: four bytes of UTF-8, and a pair of surrogate escapes. */
const LENGTH_OF_FOUR = 4;
const LENGTH_OF_PAIR = 12;

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
    const length = characterLength(bytes, at);
    const taken = length === LENGTH_OF_FOUR || length === LENGTH_OF_PAIR ? 2 : 1;
    if (units + taken > limit) break;
    at += length;
    units += taken;
  }
  return { at, units };
}

/** Bytes of the character at a place; a pair of surrogate escapes is one character. */
function characterLength(bytes: Buffer, at: number): number {
  const byte = bytes[at]!;
  if (byte === BACKSLASH) {
    if (bytes[at + 1] !== LOWER_U) return 2;
    const isPair = isSurrogate(bytes, at, 0xd8) && isSurrogate(bytes, at + 6, 0xdc);
    return isPair ? LENGTH_OF_PAIR : 6;
  }
  if (byte < 0x80) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : LENGTH_OF_FOUR;
}

/** Whether a `\uXXXX` escape stands here whose high byte is one of the four from `high` on. */
function isSurrogate(bytes: Buffer, at: number, high: number): boolean {
  if (bytes[at] !== BACKSLASH || bytes[at + 1] !== LOWER_U) return false;
  const value = Number.parseInt(bytes.toString("latin1", at + 2, at + 4), 16);
  return value >= high && value < high + 4;
}
