/** Merges two rows of one identity: later cells win, cells that only the earlier row has stay. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** A piece of text: `bytes` from `start` to `end`. */
export interface Span {
  bytes: Buffer;
  start: number;
  end: number;
}

/**
 * The pairs of the earlier row that the later one does not have.
 * @param earlier `"Key":value,"Key":value`, each value a number or a text
 * @param later the same
 */
export function pairsThatStay(earlier: Span, later: Span): Span[] {
  const newer = new Set(pairs(later).map(keyOf));
  return pairs(earlier).filter((pair) => !newer.has(keyOf(pair)));
}

function pairs({ bytes, start, end }: Span): (Span & { keyEnd: number })[] {
  const found: (Span & { keyEnd: number })[] = [];
  let at = start;
  while (at < end) {
    const pairStart = at;
    const keyEnd = endOfText(bytes, at);
    at = keyEnd + 1;
    if (bytes[at] === QUOTE) at = endOfText(bytes, at);
    else while (at < end && bytes[at] !== COMMA) at++;
    found.push({ bytes, start: pairStart, end: at, keyEnd });
    at++;
  }
  return found;
}

/** Keys are compared by their bytes: every key of a delivery is written the same way each time. */
function keyOf(pair: Span & { keyEnd: number }): string {
  return pair.bytes.toString("latin1", pair.start, pair.keyEnd);
}

/** Behind the closing quote. */
function endOfText(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}
