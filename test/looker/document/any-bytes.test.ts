/** Any bytes, split anywhere: the scanner takes for JSON just what JSON.parse takes for JSON. */

import fc from "fast-check";
import { DocumentError } from "../../../src/looker/document";
import { anyCuts, splitAt } from "../../helpers/chunks";
import { scan } from "../../helpers/collecting-events";
import { jsonTexts, whiteSpace } from "../../helpers/json-texts";

describe("whatever the bytes,", () => {
  const edits = fc.array(
    fc.record({
      at: fc.nat(10_000),
      remove: fc.constantFrom(0, 0, 1, 2),
      add: fc.oneof(
        fc.constant(""),
        fc.constantFrom(...'{}[]",:\\u0123-+.eE tfn/ \n\u0000\u00e9\ufeff'),
        fc.uint8Array({ maxLength: 2 }),
      ),
    }),
    { maxLength: 3 },
  );
  const documents = fc.tuple(whiteSpace, jsonTexts, whiteSpace).map((parts) => parts.join(""));
  const editedTexts = fc
    .tuple(documents, edits)
    .map(([text, changes]) => changes.reduce(edited, Buffer.from(text)));

  function edited(
    bytes: Buffer,
    { at, remove, add }: { at: number; remove: number; add: string | Uint8Array },
  ) {
    const place = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, place), Buffer.from(add), bytes.subarray(place + remove)]);
  }

  const scraps = fc
    .array(fc.constantFrom(...'{}[]":,1-0.e é', "\\u00", "ab", "true", "null"), { maxLength: 10 })
    .map((parts) => Buffer.from(parts.join("")));

  /** Texts whose UTF-8 is right, or not far from it. */
  const texts = fc
    .tuple(
      fc.constantFrom(0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5),
      fc.array(fc.constantFrom(0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0), { maxLength: 3 }),
    )
    .map(([first, rest]) => Buffer.from([0x22, first, ...rest, 0x22]));

  /** Strips a leading byte order mark, as the scanner does. */
  function isJson(bytes: Buffer): boolean {
    try {
      JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
      return true;
    } catch {
      return false;
    }
  }

  function isAccepted(chunks: readonly Buffer[]): boolean {
    try {
      scan(chunks);
      return true;
    } catch (error) {
      if (error instanceof DocumentError) return false;
      throw error;
    }
  }

  it("just what JSON.parse accepts is accepted", () => {
    fc.assert(
      fc.property(fc.oneof(editedTexts, scraps, texts), anyCuts, (bytes, cuts) => {
        expect(isAccepted(splitAt(bytes, cuts))).toBe(isJson(bytes));
      }),
      { numRuns: 3000 },
    );
  });

  it("the tokens do not depend on how they are split", () => {
    fc.assert(
      fc.property(documents, anyCuts, (text, cuts) => {
        const bytes = Buffer.from(text);
        expect(scan(splitAt(bytes, cuts)).seen).toEqual(scan([bytes]).seen);
      }),
      { numRuns: 500 },
    );
  });
});
