/** Undoes the escapes of a JSON text where it stands: what they mean is never longer than they are. */

const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/** The letter after the backslash → what it stands for. Source: RFC 8259, 7. */
const MEANINGS: Readonly<Record<number, number>> = {
  34: 0x22,
  92: 0x5c,
  47: 0x2f,
  98: 0x08,
  102: 0x0c,
  110: 0x0a,
  114: 0x0d,
  116: 0x09,
};

/** In the text of an escape: how many bytes `\uXXXX` has. */
const UNICODE_LENGTH = 6;

/**
 * @param text what stands between the quotes of a JSON text that is well-formed, escapes and UTF-8 included
 * @param end where to stop; an escape that begins before it is read to its own end
 * @returns where reading goes on, and where what was written, from `start` on, ends
 */
export function unescapeInPlace(text: Buffer, start: number, end: number): { read: number; written: number } {
  let read = start;
  let written = start;
  while (read < end) {
    const byte = text[read] ?? 0;
    if (byte !== BACKSLASH) {
      text[written++] = byte;
      read++;
      continue;
    }
    const letter = text[read + 1] ?? 0;
    if (letter === LETTER_U) {
      const code = codeAt(text, read);
      const isPair = code > 0xffff;
      read += isPair ? 2 * UNICODE_LENGTH : UNICODE_LENGTH;
      // A surrogate that stands alone is written as Buffer writes it: as the replacement character.
      written += text.write(String.fromCodePoint(code), written);
    } else {
      text[written++] = MEANINGS[letter] ?? letter;
      read += 2;
    }
  }
  return { read, written };
}

/** The character of one `\uXXXX`, or of two that are a pair of surrogates. */
function codeAt(text: Buffer, at: number): number {
  const high = hexAt(text, at + 2);
  if (high < 0xd800 || high > 0xdbff) return high;
  const next = at + UNICODE_LENGTH;
  if (text[next] !== BACKSLASH || text[next + 1] !== LETTER_U) return high;
  const low = hexAt(text, next + 2);
  return low < 0xdc00 || low > 0xdfff ? high : 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

function hexAt(text: Buffer, at: number): number {
  return Number.parseInt(text.toString("latin1", at, at + 4), 16);
}
