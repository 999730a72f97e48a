/** How much of a JSON text fits a number of characters. */

import { fittingPart } from "../../src/mapping/json-text";

/** The part of the content that fits, and how many UTF-16 code units it has. */
function fitting(content: string, limit: number): [part: string, units: number] {
  const bytes = Buffer.from(`"${content}"`);
  const { at, units } = fittingPart(bytes, 1, bytes.length - 1, limit);
  return [bytes.toString("utf8", 1, at), units];
}

describe("the part of a text that fits", () => {
  it("is all of it when it has no more characters than may be", () => {
    expect(fitting("abc", 3)).toEqual(["abc", 3]);
    expect(fitting("", 3)).toEqual(["", 0]);
  });

  it("is its beginning when it has more", () => {
    expect(fitting("abcd", 3)).toEqual(["abc", 3]);
    expect(fitting("abcd", 0)).toEqual(["", 0]);
  });

  it.each([
    ["two bytes", "ü", 1],
    ["three bytes", "日", 1],
    ["four bytes", "😀", 2],
    ["a short escape", "\\n", 1],
    ["an escaped backslash", "\\\\", 1],
    ["an escaped quote", '\\"', 1],
    ["an escape by number", "\\u00fc", 1],
    ["two escapes that make one character", "\\ud83d\\uDE00", 2],
  ])("takes a character of %s whole", (_name, character, units) => {
    expect(fitting(character.repeat(5), 3 * units)).toEqual([character.repeat(3), 3 * units]);
    expect(fitting(character, units - 1)).toEqual(["", 0]);
  });

  it("takes a lone surrogate for one character", () => {
    expect(fitting("\\ud83dx", 1)).toEqual(["\\ud83d", 1]);
    expect(fitting("\\ude00\\ud83d\\ude00", 2)).toEqual(["\\ude00", 1]);
    expect(fitting("\\ud83d\\ud83d\\ude00", 3)).toEqual(["\\ud83d\\ud83d\\ude00", 3]);
  });

  it("takes no escaped backslash before a u for an escape by number", () => {
    expect(fitting("\\\\ud83d\\\\ude00", 2)).toEqual(["\\\\u", 2]);
  });

  it("may end where the text was cut off inside a character", () => {
    expect(fitting("abc\\u00", 2)).toEqual(["ab", 2]);
  });
});
