/** The grammar of a JSON number (RFC 8259, section 6), one byte after the other. */

// Where a number stands in it; at those in `MAY_END` it may end.
const MINUS = 0;
const ZERO = 1;
const INTEGER = 2;
const POINT = 3;
const FRACTION = 4;
const EXPONENT = 5;
const EXPONENT_SIGN = 6;
const EXPONENT_DIGITS = 7;
const MAY_END = [false, true, true, false, true, false, false, true];

/** The state after the first byte of a number, a minus or a digit. */
export function firstNumberState(byte: number): number {
  if (byte === 0x2d) return MINUS;
  return byte === 0x30 ? ZERO : INTEGER;
}

export function numberMayEnd(state: number): boolean {
  return MAY_END[state] === true;
}

/** The state after `byte`, or undefined where the byte does not belong to the number. */
export function nextNumberState(state: number, byte: number): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) {
    if (state === INTEGER || state === FRACTION || state === EXPONENT_DIGITS) return state;
    if (state === MINUS) return byte === 0x30 ? ZERO : INTEGER;
    if (state === POINT) return FRACTION;
    return state === ZERO ? undefined : EXPONENT_DIGITS;
  }
  if (byte === 0x2e) return state === ZERO || state === INTEGER ? POINT : undefined;
  if (byte === 0x65 || byte === 0x45) {
    return state === ZERO || state === INTEGER || state === FRACTION ? EXPONENT : undefined;
  }
  if (byte === 0x2b || byte === 0x2d) return state === EXPONENT ? EXPONENT_SIGN : undefined;
  return undefined;
}
