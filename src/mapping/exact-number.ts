/** Which numbers may travel as JSON numbers: those that whoever reads them into a double gets back unchanged. */

const MAX_EXACT_INTEGER = Buffer.from("9007199254740992"); // 2^53

/** Any decimal of so many significant digits survives the way through a double (IEEE 754, DBL_DIG). */
const SAFE_DIGITS = 15;

const MINUS = 0x2d;
const POINT = 0x2e;
const NINE = 0x39;

/**
 * Whether a number keeps its value in a double: an integer within ±2^53, or a decimal that a double gives back.
 * `1.50` does (the value stays), `0.1000000000000000055` and `1e400` do not. For nearly every number no string is made.
 * @param bytes a number in JSON's grammar stands here from `start` to `end`
 */
export function isExactNumber(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start] === MINUS ? start + 1 : start;
  const length = end - first;
  let isInteger = true;
  for (let at = first; at < end; at++) {
    const byte = bytes[at]!;
    if (byte > NINE) return isGivenBack(bytes.toString("latin1", start, end));
    if (byte === POINT) isInteger = false;
  }
  if (!isInteger) return length <= SAFE_DIGITS + 1 || isGivenBack(bytes.toString("latin1", start, end));
  if (length !== MAX_EXACT_INTEGER.length) return length < MAX_EXACT_INTEGER.length;
  return bytes.compare(MAX_EXACT_INTEGER, 0, length, first, end) <= 0;
}

function isGivenBack(text: string): boolean {
  const double = Number(text);
  return Number.isFinite(double) && normalForm(text) === normalForm(String(double));
}

/** Sign, digits without zeros at either end, and the power of ten of the last digit. */
function normalForm(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  // As a bigint: an exponent may itself have more digits than a double holds.
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}
