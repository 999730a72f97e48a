/** Which numbers may travel as JSON numbers: those that whoever reads them into a double gets back unchanged. */

const MAX_EXACT_INTEGER = "9007199254740992"; // 2^53

/** Any decimal of so many significant digits survives the way through a double (IEEE 754, DBL_DIG). */
const SAFE_DIGITS = 15;

/**
 * Whether a number keeps its value in a double: an integer within ±2^53, or a decimal that a double gives back.
 * `1.50` does (the value stays), `0.1000000000000000055` and `1e400` do not.
 * @param text a number in JSON's grammar
 */
export function isExactNumber(text: string): boolean {
  const digits = text.startsWith("-") ? text.slice(1) : text;
  if (/^\d+$/.test(digits)) {
    if (digits.length !== MAX_EXACT_INTEGER.length) return digits.length < MAX_EXACT_INTEGER.length;
    return digits <= MAX_EXACT_INTEGER;
  }
  if (digits.length <= SAFE_DIGITS + 1 && !/e/i.test(digits)) return true;
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
