/** What a cell becomes as a property value: "Rules of the mapping". */

import { EMAIL, field, mapRows, mapValues, sentFor } from "../helpers/map-rows";

describe("nothing is sent, so that what Heap has stays,", () => {
  it.each([
    ["for null", "null"],
    ["for a missing cell", undefined],
  ])("%s", (_name, text) => {
    const fields = [EMAIL, field("users.age"), field("users.city")];
    const { updates } = mapRows({ fields, rows: [['"a@x"', text, '"Rom"']] });
    expect(updates[0]?.text).toBe('"users.city":"Rom"');
  });

  it("for a row of which nothing is left: it is skipped and counted", () => {
    const { updates, skips } = mapValues(["null", "1", "null"]);
    expect(updates.map((update) => update.row)).toEqual([2]);
    expect(skips).toEqual(["no properties", "no properties"]);
  });
});

describe("a value", () => {
  it("that is empty is sent as empty", () => {
    expect(sentFor('""')).toBe('""');
  });

  it("that is zero is sent as zero", () => {
    expect(sentFor("0")).toBe("0");
    expect(sentFor("0.0")).toBe("0.0");
  });

  it("that is false is sent as the text false, one that is true as the text true", () => {
    expect(sentFor("false")).toBe('"false"');
    expect(sentFor("true")).toBe('"true"');
  });

  it("that is No is sent as No", () => {
    expect(sentFor('"No"')).toBe('"No"');
  });

  it("that is negative keeps its sign", () => {
    expect(sentFor("-12.5")).toBe("-12.5");
    expect(sentFor("-9007199254740993")).toBe('"-9007199254740993"');
  });

  it("that is a text is sent with its own escapes", () => {
    expect(sentFor('"a\\u0040\\/\\n \\ud83d\\ude00"')).toBe('"a\\u0040\\/\\n \\ud83d\\ude00"');
  });

  it("that looks like something else stays a text", () => {
    expect(["null", "true", "0", "1e5", "[1]"].map((text) => sentFor(JSON.stringify(text)))).toEqual([
      '"null"',
      '"true"',
      '"0"',
      '"1e5"',
      '"[1]"',
    ]);
  });
});

describe("a number", () => {
  it.each([
    "42",
    "1.50",
    "-0",
    "9007199254740992",
    "-9007199254740992",
    "0.1",
    "1e3",
    "5E-3",
    "123456789012345.6",
  ])("that a double gives back is sent as a number, in its own digits: %s", (text) => {
    expect(sentFor(text)).toBe(text);
  });

  it.each([
    "9007199254740993",
    "12345678901234567890",
    "0.1000000000000000055",
    "1234567890.123456789",
    "1e400",
    "1e-400",
  ])("that a double does not give back is sent as text, in its own digits: %s", (text) => {
    expect(sentFor(text)).toBe(`"${text}"`);
  });

  it("of 255 digits is sent as text", () => {
    expect(sentFor("9".repeat(255))).toBe(`"${"9".repeat(255)}"`);
  });

  it.each(["truncate", "drop"] as const)(
    "of more digits is never cut: it is left out and counted (%s)",
    (longValues) => {
      const { updates, longValues: counted } = mapValues(["9".repeat(256), `0.${"1".repeat(5000)}`], {
        longValues,
      });
      expect(updates).toEqual([]);
      expect(counted).toEqual(["Value (users.value)", "Value (users.value)"]);
    },
  );
});

describe("a list or an object", () => {
  it("is sent as its JSON in a text", () => {
    expect(sentFor('["a",1,null,true,{"b":[]}]')).toBe('"[\\"a\\",1,null,true,{\\"b\\":[]}]"');
    expect(sentFor('{"lat":52.52,"lng":-13.0}')).toBe('"{\\"lat\\":52.52,\\"lng\\":-13.0}"');
  });

  it("keeps the digits of its numbers", () => {
    expect(sentFor("[9007199254740993,1.50]")).toBe('"[9007199254740993,1.50]"');
  });

  it("has no needless escapes", () => {
    expect(sentFor('["a\\/b\\u0041\\n","\\ud83d\\ude00"]')).toBe(JSON.stringify('["a/bA\\n","😀"]'));
  });

  it("is sent when it is empty", () => {
    expect([sentFor("[]"), sentFor("{}")]).toEqual(['"[]"', '"{}"']);
  });

  it("of 255 characters is sent whole", () => {
    const text = JSON.stringify(["x".repeat(251)]);
    expect(sentFor(text)).toBe(JSON.stringify(text));
  });

  it("of more characters is cut and counted", () => {
    const text = JSON.stringify(["x".repeat(252)]);
    expect(sentFor(text)).toBe(JSON.stringify(text.slice(0, 255)));
    expect(mapValues([text]).longValues).toEqual(["Value (users.value)"]);
  });

  it("of more characters is left out and counted with long_values: drop", () => {
    const { updates, longValues } = mapValues([JSON.stringify(["x".repeat(252)])], { longValues: "drop" });
    expect([updates, longValues]).toEqual([[], ["Value (users.value)"]]);
  });

  it("is never cut inside a character", () => {
    const text = JSON.stringify([`${"x".repeat(252)}😀`]);
    expect(sentFor(text)).toBe(JSON.stringify(text.slice(0, 254)));
  });

  it("of which only a part was kept is cut where its whole text would be", () => {
    const escaped = `["${"\\u0041\\/".repeat(1000)}"]`;
    expect(sentFor(escaped)).toBe(JSON.stringify(`["${"A/".repeat(127)}`.slice(0, 255)));
  });
});

describe("a text over 255 characters", () => {
  const long = JSON.stringify(`${"x".repeat(255)}y`);

  it("is cut at 255 and counted by column", () => {
    expect(sentFor(long)).toBe(JSON.stringify("x".repeat(255)));
    expect(mapValues([long, long, '"short"']).longValues).toEqual([
      "Value (users.value)",
      "Value (users.value)",
    ]);
  });

  it("is left out and counted by column with long_values: drop", () => {
    const { updates, longValues } = mapValues([long, '"short"'], { longValues: "drop" });
    expect(updates.map((update) => update.text)).toEqual(['"Value":"short"']);
    expect(longValues).toEqual(["Value (users.value)"]);
  });

  it("leaves the row's other values alone when it is left out", () => {
    const fields = [EMAIL, field("a"), field("b"), field("c")];
    const { updates } = mapRows(
      {
        fields,
        rows: [
          ['"a@x"', long, "1", long],
          ['"a@x"', "1", long, "2"],
        ],
      },
      { longValues: "drop" },
    );
    expect(updates.map((update) => update.text)).toEqual(['"b":1', '"a":1,"c":2']);
  });

  it("leaves no property when it is left out of a row that has no other", () => {
    expect(mapValues([long], { longValues: "drop" }).skips).toEqual(["no properties"]);
  });

  it("counts UTF-16 code units, not bytes: 255 of any script fit", () => {
    for (const text of ["ü".repeat(255), "日".repeat(255), `${"😀".repeat(127)}x`]) {
      expect(sentFor(JSON.stringify(text))).toBe(JSON.stringify(text));
    }
  });

  it("counts an escape as the character it stands for", () => {
    const fits = `"${"\\u00fc\\n\\\\".repeat(85)}"`;
    expect(sentFor(fits)).toBe(fits);
    expect(sentFor(fits, { longValues: "drop" })).toBe(fits);
    expect(mapValues([fits]).longValues).toEqual([]);
  });

  it("is never cut inside a character, written out or escaped", () => {
    const start = "x".repeat(254);
    expect(sentFor(`"${start}😀"`)).toBe(`"${start}"`);
    expect(sentFor(`"${start}\\ud83d\\ude00"`)).toBe(`"${start}"`);
    expect(sentFor(`"${start}\\u00fc\\u00fc"`)).toBe(`"${start}\\u00fc"`);
  });

  it("is cut the same when only a part of it was kept", () => {
    expect(sentFor(JSON.stringify("日".repeat(5000)))).toBe(JSON.stringify("日".repeat(255)));
  });
});
