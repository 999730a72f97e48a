/** Which identity a row gets, and which row gets none: "Rules of the mapping". */

import type { CollectingSink } from "../helpers/collecting-sink";
import { EMAIL, field, mapRows } from "../helpers/map-rows";

/** Maps a row for each identity, given as JSON text; every row has a property. */
function mapIdentities(...texts: readonly (string | undefined)[]): CollectingSink {
  return mapRows({ fields: [EMAIL, field("users.age")], rows: texts.map((text) => [text, "1"]) });
}

function identities(...texts: readonly string[]): string[] {
  return mapIdentities(...texts).updates.map((update) => update.identity);
}

function reasons(...texts: readonly string[]): string[] {
  const { rejects, updates, skips } = mapIdentities(...texts);
  expect([updates, skips]).toEqual([[], []]);
  return rejects.map((reject) => reject.reason);
}

describe("a row is skipped and counted when its identity", () => {
  it.each([
    ["is null", "null"],
    ["is missing", undefined],
    ["is empty", '""'],
    ["is blank", '"  "'],
    ["is blank in escapes and other scripts", '"\\t\\u0020\\n\\u00a0\u3000"'],
  ])("%s", (_name, text) => {
    const { skips, updates, rejects } = mapIdentities('"a@x"', text, '"b@x"');
    expect(skips).toEqual(["no identity"]);
    expect(updates.map((update) => update.row)).toEqual([1, 3]);
    expect(rejects).toEqual([]);
  });
});

describe("an identity", () => {
  it("is its decoded text", () => {
    expect(identities('"a\\u0040x"', '"zo\\u00EB\\/\\"q\\""', '"\\ud83d\\ude00"', '"日本"')).toEqual([
      "a@x",
      'zoë/"q"',
      "😀",
      "日本",
    ]);
  });

  it("keeps its case and its spaces", () => {
    expect(identities('"Ana  Maria@X.com"', '" a "')).toEqual(["Ana  Maria@X.com", " a "]);
  });

  it("that is a number is its own digits, all of them", () => {
    expect(identities("42", "0", "-7", "12345678901234567890123", "1.50", "1e3")).toEqual([
      "42",
      "0",
      "-7",
      "12345678901234567890123",
      "1.50",
      "1e3",
    ]);
  });

  it("is the same as a number and as a text", () => {
    expect(identities("42", '"42"')).toEqual(["42", "42"]);
  });

  it("may have 255 characters, counted as UTF-16 code units", () => {
    const longest = ["x".repeat(255), "ü".repeat(255), `${"😀".repeat(127)}x`];
    expect(identities(...longest.map((text) => JSON.stringify(text)))).toEqual(longest);
  });

  it("may have 255 characters that are all escaped", () => {
    expect(identities(`"${"\\u0041".repeat(255)}"`)).toEqual(["A".repeat(255)]);
    expect(identities("9".repeat(255))).toEqual(["9".repeat(255)]);
  });

  it("of several rows is handed on with each of them, in their order", () => {
    const { updates } = mapRows({
      fields: [EMAIL, field("users.age")],
      rows: [
        ['"a@x"', "1"],
        ['"b@x"', "2"],
        ['"a@x"', "3"],
      ],
    });
    expect(updates.map(({ row, identity, text }) => [row, identity, text])).toEqual([
      [1, "a@x", '"users.age":1'],
      [2, "b@x", '"users.age":2'],
      [3, "a@x", '"users.age":3'],
    ]);
  });
});

describe("a row is a reject when its identity", () => {
  const tooLong = "the identity is longer than 255 characters";

  it.each([
    ["has more than 255 characters", JSON.stringify("x".repeat(256)), tooLong],
    ["has more than 255 UTF-16 code units", JSON.stringify("😀".repeat(128)), tooLong],
    ["is so long that only a part of it was kept", JSON.stringify("x".repeat(5000)), tooLong],
    ["is so long, and was cut inside an escape", `"${"\\u0041".repeat(1000)}"`, tooLong],
    ["is a number of more than 255 digits", "9".repeat(256), tooLong],
    ["is true", "true", "the identity is a boolean"],
    ["is false", "false", "the identity is a boolean"],
    ["is a list", '["a@x"]', "the identity is a list"],
    ["is an object", '{"a":"a@x"}', "the identity is an object"],
    ["holds a high surrogate alone", '"a\\ud83dx"', "the identity holds half a character (a lone surrogate)"],
    ["holds a low surrogate alone", '"\\ude00"', "the identity holds half a character (a lone surrogate)"],
    [
      "holds surrogates the wrong way round",
      '"\\ude00\\ud83d"',
      "the identity holds half a character (a lone surrogate)",
    ],
  ])("%s", (_name, text, reason) => {
    expect(reasons(text)).toEqual([reason]);
  });

  it("can't be used, and says which row it is", () => {
    expect(mapIdentities('"a@x"', "true", '"b@x"').rejects).toEqual([
      { row: 2, reason: "the identity is a boolean", column: "Users Email" },
    ]);
  });
});
