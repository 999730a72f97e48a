/** Whatever JSON a cell holds, it arrives as "Rules of the mapping" says: document in, update out. */

import fc from "fast-check";
import { type Expected, expectedValue, type ValueRules } from "../helpers/expected-value";
import { characterTexts, jsonTexts, listOf, numberTexts, stringTexts } from "../helpers/json-texts";
import { mapDocument } from "../helpers/map-document";
import { resultDocument } from "../helpers/result-document";

const DIMENSIONS = [{ name: "users.email" }, { name: "users.value", label: "Value" }];

const longContents = fc
  .tuple(contents(20), contents(6), fc.integer({ min: 30, max: 1000 }))
  .map(([first, repeated, times]) => first + repeated.repeat(times));
const longTexts = longContents.map((content) => `"${content}"`);
const longLists = listOf(longTexts, "[", "]");
const longNumbers = fc.stringMatching(/^-?[1-9]\d{240,270}(\.\d{1,10})?$/);
const cellTexts = fc.oneof(jsonTexts, numberTexts, longTexts, longLists, longNumbers);
const rules: fc.Arbitrary<ValueRules> = fc.record({
  longValues: fc.constantFrom("truncate", "drop"),
  maxValueLength: fc.constantFrom(1, 255, 1023),
  emptyCells: fc.constantFrom("keep", "clear"),
});
const USUAL: ValueRules = { longValues: "truncate", maxValueLength: 255, emptyCells: "keep" };

/** The content of a text, as characters and escapes. */
function contents(most: number): fc.Arbitrary<string> {
  return fc.array(characterTexts, { maxLength: most }).map((parts) => parts.join(""));
}

interface Sent {
  text: string | undefined;
  isLong: boolean;
}

function send(cell: string, chosen = USUAL): Sent {
  const rows = [`{"users.email":{"value":"a@x"},"users.value":{"value":${cell}}}`];
  const { updates, longValues: counted } = mapDocument(
    resultDocument({ dimensions: DIMENSIONS, rows }),
    chosen,
  );
  return { text: updates[0]?.text.slice('"Value":'.length), isLong: counted.length > 0 };
}

function seen({ text, isLong }: Sent): Expected {
  if (text === undefined) return { value: undefined, isLong };
  const value: string | number = JSON.parse(text);
  return typeof value === "number" ? { value, digits: text, isLong } : { value, isLong };
}

describe("any JSON in a cell", () => {
  it("arrives as the rules say", () => {
    fc.assert(
      fc.property(cellTexts, rules, (cell, chosen) => {
        expect(seen(send(cell, chosen))).toStrictEqual(expectedValue(cell, chosen));
      }),
      { numRuns: 1500 },
    );
  });

  it("is sent as a number or as a text of at most 255 characters", () => {
    fc.assert(
      fc.property(cellTexts, (cell) => {
        const { value } = seen(send(cell));
        expect(["string", "number", "undefined"]).toContain(typeof value);
        expect(String(value).length).toBeLessThanOrEqual(255);
      }),
      { numRuns: 300 },
    );
  });
});

describe("any text over 255 characters", () => {
  const texts = longContents.filter((content) => textOf(content).length > 255);

  function textOf(content: string): string {
    return String(JSON.parse(`"${content}"`));
  }

  it("is cut to its longest beginning that fits and splits no character", () => {
    fc.assert(
      fc.property(texts, (content) => {
        const whole = textOf(content);
        const value = String(seen(send(`"${content}"`)).value);
        const splits = /[\ud800-\udbff]$/.test(value) && /^[\udc00-\udfff]/.test(whole.slice(value.length));
        expect(whole.startsWith(value)).toBe(true);
        expect(value.length).toBeGreaterThanOrEqual(254);
        expect(value.length).toBeLessThanOrEqual(255);
        expect(splits).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

describe("any JSON in the identity's cell", () => {
  const identityTexts = fc.oneof(jsonTexts, numberTexts, stringTexts(300, 250), longNumbers, stringTexts(5));

  function outcome(cell: string): string {
    const rows = [`{"users.email":{"value":${cell}},"users.value":1}`];
    const { updates, skips, rejects } = mapDocument(resultDocument({ dimensions: DIMENSIONS, rows }));
    expect(updates.length + skips.length + rejects.length).toBe(1);
    if (rejects[0]) return "reject";
    return updates[0] ? `identity ${updates[0].identity}` : "skip";
  }

  function expectedOutcome(cell: string): string {
    const value: unknown = JSON.parse(cell);
    if (value === null || (typeof value === "string" && /^\s*$/.test(value))) return "skip";
    const identity = typeof value === "number" ? cell : value;
    if (typeof identity !== "string" || identity.length > 255 || /\p{Surrogate}/u.test(identity))
      return "reject";
    return `identity ${identity}`;
  }

  it("becomes the identity, a skip or a reject as the rules say", () => {
    fc.assert(
      fc.property(identityTexts, (cell) => {
        expect(outcome(cell)).toBe(expectedOutcome(cell));
      }),
      { numRuns: 1000 },
    );
  });
});
