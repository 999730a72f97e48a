/** Two rows of one identity: later cells win, cells that only the earlier row has stay. */

import fc from "fast-check";
import { pairsThatStay, type Span } from "../../src/batches/merge-properties";

/** The span stands in the middle of other bytes, as it does in a record. */
function spanOf(pairs: string): Span {
  const bytes = Buffer.from(`{"x":{${pairs}}}`);
  return { bytes, start: 6, end: bytes.length - 2 };
}

function staying(earlier: string, later: string): string[] {
  const stay = pairsThatStay(spanOf(earlier), spanOf(later));
  return stay.map(({ bytes, start, end }) => bytes.toString("utf8", start, end));
}

it("what only the earlier row has stays, in its order", () => {
  expect(staying('"A":1,"B":2,"C":3', '"B":20')).toEqual(['"A":1', '"C":3']);
});

it("nothing stays when the later row has every key", () => {
  expect(staying('"A":1,"B":2', '"B":3,"A":4')).toEqual([]);
});

it("everything stays when they have no key in common", () => {
  expect(staying('"A":-1.50,"B":"x"', '"C":1')).toEqual(['"A":-1.50', '"B":"x"']);
});

it.each([
  ["a comma and a quote", '"A":"1,\\"B\\":2","C":3'],
  ["a backslash at its end", '"A":"C:\\\\","C":3'],
  ["braces", '"A":"}}]},{","C":3'],
])("a value with %s is one value", (_what, earlier) => {
  expect(staying(earlier, '"B":2')).toEqual([earlier.slice(0, -6), '"C":3']);
});

it("a key with a comma and a quote is one key", () => {
  expect(staying('"A,\\"B":1,"B":2', '"A,\\"B":3')).toEqual(['"B":2']);
});

it("a key that begins like another is another", () => {
  expect(staying('"Plan":1,"Plan B":2', '"Plan B":3')).toEqual(['"Plan":1']);
});

it("for any two rows, the later one and what stays are both merged", () => {
  const value = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const row = fc.dictionary(fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }), value, {
    minKeys: 1,
  });
  fc.assert(
    fc.property(row, row, (earlier, later) => {
      const text = (properties: object) => JSON.stringify(properties).slice(1, -1);
      const merged = [text(later), ...staying(text(earlier), text(later))].join(",");
      expect(JSON.parse(`{${merged}}`)).toEqual(JSON.parse(JSON.stringify({ ...earlier, ...later })));
    }),
  );
});
