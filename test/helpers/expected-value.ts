/** What "Rules of the mapping" says a cell becomes, worked out another way than the mapping does: a test's oracle. */

/** The value that Heap gets for a cell, `undefined` for none; `isLong` when it is over the limit and so counted. */
export interface Expected {
  value: string | number | undefined;
  /** How a number is written. */
  digits?: string;
  isLong: boolean;
}

/** What the form and the settings say. */
export interface ValueRules {
  longValues: "truncate" | "drop";
  maxValueLength: number;
  emptyCells: "keep" | "clear";
}

/** @param text the cell's value as JSON, of any kind */
export function expectedValue(
  text: string,
  { longValues, maxValueLength, emptyCells }: ValueRules,
): Expected {
  const value: unknown = JSON.parse(text);
  if (value === null) return { value: emptyCells === "clear" ? "" : undefined, isLong: false };
  if (typeof value === "boolean") return { value: String(value), isLong: false };
  if (typeof value === "number") return expectedNumber(text, maxValueLength);
  const whole = typeof value === "string" ? value : compactJson(text);
  if (whole.length <= maxValueLength) return { value: whole, isLong: false };
  return { value: longValues === "drop" ? undefined : cut(whole, maxValueLength), isLong: true };
}

function expectedNumber(text: string, limit: number): Expected {
  if (text.length > limit) return { value: undefined, isLong: true };
  return isGivenBack(text)
    ? { value: Number(text), digits: text, isLong: false }
    : { value: text, isLong: false };
}

function isGivenBack(text: string): boolean {
  const digits = text.replace(/^-/, "");
  if (/^\d+$/.test(digits)) return BigInt(digits) <= 2n ** 53n;
  const double = Number(text);
  return Number.isFinite(double) && writtenOut(text) === writtenOut(String(double));
}

/** The number without an exponent and without needless zeros: `1.50e3` is `1500.` */
function writtenOut(text: string): string {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().replace(/^-/, "").split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const zeros = "0".repeat(Math.abs(Number(exponent)));
  const digits = zeros + whole + fraction + zeros;
  const point = zeros.length + whole.length + Number(exponent);
  return `${digits.slice(0, point)}.${digits.slice(point)}`.replace(/^0+|0+$/g, "");
}

/** The same JSON without white space between its parts, its texts without needless escapes. */
function compactJson(text: string): string {
  let compact = "";
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '"') compact += (text[at] ?? "").trim();
    else {
      const end = closingQuote(text, at);
      compact += JSON.stringify(JSON.parse(text.slice(at, end + 1)));
      at = end;
    }
  }
  return compact;
}

function closingQuote(text: string, open: number): number {
  let at = open + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

/** As many characters as fit; one outside the basic plane counts two. */
function cut(whole: string, limit: number): string {
  let fitting = "";
  for (const character of whole) {
    if (fitting.length + character.length > limit) break;
    fitting += character;
  }
  return fitting;
}
