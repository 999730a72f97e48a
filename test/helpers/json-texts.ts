/** Any JSON, as text: with any white space, any escapes, any digits, and keys that come twice. */

import fc from "fast-check";

export const whiteSpace: fc.Arbitrary<string> = fc.constantFrom("", "", "", " ", "\t", "\n  ", "\r\n\r\n");

const characters = fc.oneof(
  fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 1 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
);
const plainCharacter = characters.filter((one) => one >= " " && one !== '"' && one !== "\\");

const escapes = fc.oneof(
  fc.constantFrom(
    '\\"',
    "\\\\",
    "\\/",
    "\\b",
    "\\f",
    "\\n",
    "\\r",
    "\\t",
    "\\ud83d\\ude00",
    "\\uD83D",
    "\\udE00",
  ),
  fc.nat(0xffff).map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`),
);

/** One character of a text, written out or escaped; it may be half of one. */
export const characterTexts: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: plainCharacter },
  escapes,
);

/** @param most characters or escapes */
export function stringTexts(most: number, least = 0): fc.Arbitrary<string> {
  return fc
    .array(characterTexts, { minLength: least, maxLength: most })
    .map((parts) => `"${parts.join("")}"`);
}

export const numberTexts: fc.Arbitrary<string> = fc.oneof(
  fc.stringMatching(/^-?(0|[1-9]\d{0,21})(\.\d{1,21})?([eE][+-]?\d{1,3})?$/),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);

const scalarTexts = fc.oneof(stringTexts(12), numberTexts, fc.constantFrom("null", "true", "false"));

export const jsonTexts: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small", withCrossShrink: true },
    { weight: 3, arbitrary: scalarTexts },
    listOf(tie("value"), "[", "]"),
    listOf(memberOf(stringTexts(6), tie("value")), "{", "}"),
  ),
})).value;

/** An object with these keys, some of them perhaps not there, some twice, in any order. */
export function objectTexts(keys: fc.Arbitrary<string>, values: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return listOf(memberOf(keys, values), "{", "}");
}

/** The name as a key's JSON text, some of its characters escaped. */
export function keyTexts(name: string): fc.Arbitrary<string> {
  return fc.array(fc.boolean(), { minLength: name.length, maxLength: name.length }).map(
    (escaped) =>
      `"${name
        .split("")
        .map((unit, at) => (escaped[at] ? escapeUnit(unit) : plain(unit)))
        .join("")}"`,
  );
}

function memberOf(keys: fc.Arbitrary<string>, values: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(keys, whiteSpace, whiteSpace, values)
    .map(([key, before, after, value]) => `${key}${before}:${after}${value}`);
}

export function listOf(items: fc.Arbitrary<string>, open: string, close: string): fc.Arbitrary<string> {
  const padded = fc.tuple(whiteSpace, items, whiteSpace).map((parts) => parts.join(""));
  return fc
    .tuple(fc.array(padded, { maxLength: 5 }), whiteSpace)
    .map(([texts, empty]) => `${open}${texts.length === 0 ? empty : texts.join(",")}${close}`);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function plain(unit: string): string {
  return JSON.stringify(unit).slice(1, -1);
}
