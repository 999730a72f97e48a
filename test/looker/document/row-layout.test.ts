/** Rows that are laid out alike are read by comparing; whatever comes between them, the outcome is the general way's. */

import fc from "fast-check";
import { byteByByte } from "../../helpers/chunks";
import { decode, decodeBroken } from "../../helpers/decode";
import { numberTexts, stringTexts } from "../../helpers/json-texts";

const FIELDS = {
  dimensions: [{ name: "users.email" }, { name: "users.city", label: "City" }],
  measures: [{ name: "orders.count" }],
};

const scalarTexts = fc.oneof(stringTexts(8), numberTexts, fc.constantFrom("null", "true", "false"));

/** A cell in one of the shapes Looker has for it, with any scalars. */
const cellTexts = fc
  .tuple(fc.nat(5), scalarTexts, scalarTexts)
  .map(([shape, value, other]) =>
    [
      `{"value":${value}}`,
      `{"value":${value},"rendered":${other}}`,
      `{"value":${value},"links":[{"label":${other},"type":"drill"}]}`,
      `{"rendered":${other},"value":${value}}`,
      value,
      "{}",
    ].at(shape),
  );

/** Three cells as Looker lays them out. */
const alike = fc
  .tuple(cellTexts, cellTexts, cellTexts)
  .map(([email, city, count]) => row(String(email), String(city), String(count)));

/** A measure's cells under two pivot values, each with or without a value; and a pivoted field that does not nest. */
const pivoted = fc
  .tuple(cellTexts, scalarTexts, scalarTexts, fc.nat(3))
  .map(([email, one, two, shape]) =>
    row(
      String(email),
      '{"value":"x"}',
      [
        `{"2024":{"value":${one}},"2025":{"value":${two},"rendered":${one}}}`,
        `{"2024":null,"2025":{"value":${two}}}`,
        `{"2024":{"value":${one}},"2025":null}`,
        one,
      ][shape] ?? "",
    ),
  );

/** The same field's cell under its name and under its label, in either order. */
const labelled = fc
  .tuple(cellTexts, cellTexts, fc.boolean())
  .map(([named, byLabel, nameFirst]) =>
    nameFirst ? `{"users.city":${named},"City":${byLabel}}` : `{"City":${byLabel},"users.city":${named}}`,
  );

/** Rows that a layout learnt from those does not fit, or fits only in part. */
const different = fc.oneof(
  scalarTexts.map((city) => `{"users.city":{"value":${city}},"users.email":{"value":"a@x"}}`),
  scalarTexts.map((city) => row('{"value":"a@x"}', `{ "value":${city}}`, '{"value":1}')),
  scalarTexts.map((city) => row('{"value":"a@x","rendered":"A"}', `{"value":${city}}`, '{"value":1}')),
  fc.constant(row('{"value":"a@x"}', '{"value":["x",{"y":1}]}', '{"value":1}')),
  fc.constant(row('{"value":"a@x"}', "{}", "null")),
  fc.constant(row('{"value":"a@x"}', '{"value":"x"}', '{"value":1,"value":2}')),
  fc.constant("null"),
  fc.constant("{}"),
);

function row(email: string, city: string, count: string): string {
  return `{"users.email":${email},"users.city":${city},"orders.count":${count}}`;
}

function documentOf(rows: readonly string[], separator = ",", fields: object = FIELDS): string {
  return `{"fields":${JSON.stringify(fields)},"data":[${rows.join(separator)}]}`;
}

describe("rows laid out alike", () => {
  it("are read as they are one byte at a time, where nothing can be compared", () => {
    const rows = fc.array(fc.oneof({ weight: 5, arbitrary: alike }, { weight: 1, arbitrary: different }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(rows, fc.constantFrom(",", ",\n", " ,\r\n  "), (each, separator) => {
        const document = documentOf(each, separator);
        expect(decode(document).reader.rows).toEqual(decode(document, byteByByte).reader.rows);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["whose cells are under pivot values", pivoted, { ...FIELDS, pivots: [{ name: "users.year" }] }],
    ["whose cells have a label for a key too", labelled, FIELDS],
    [
      "whose pivoted cells have a label for a key too",
      labelled,
      { measures: FIELDS.dimensions, pivots: [{ name: "users.year" }] },
    ],
  ])("%s are read as they are one byte at a time", (_what, rows, fields) => {
    fc.assert(
      fc.property(fc.array(rows, { maxLength: 16 }), (each) => {
        const document = documentOf(each, ",", fields);
        expect(rowsOf(document)).toEqual(rowsOf(document, byteByByte));
      }),
      { numRuns: 500 },
    );
  });

  it("break off at the same byte for the same reason, wherever one is broken", () => {
    const broken = fc.tuple(
      fc.array(alike, { minLength: 2, maxLength: 4 }),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
    );
    fc.assert(
      fc.property(broken, ([rows, place, byte]) => {
        const document = Buffer.from(documentOf(rows));
        const start = document.indexOf('"data"');
        document[start + (place % (document.length - start))] = byte;
        expect(outcome(document)).toEqual(outcome(document, byteByByte));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["over-long in two bytes", [0xc0, 0x80]],
    ["over-long in three bytes", [0xe0, 0x80, 0x80]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["over-long in four bytes", [0xf0, 0x80, 0x80, 0x80]],
    ["beyond Unicode", [0xf4, 0x90, 0x80, 0x80]],
    ["the rest of a character", [0x80]],
    ["a byte UTF-8 never has", [0xff]],
    ["half a character", [0xc3]],
    ["a control character", [0x1f]],
  ])("are refused where a text holds %s", (_what, bytes) => {
    const full = row('{"value":"a@x"}', '{"value":"Oslo"}', '{"value":1}');
    const [before = "", after = ""] = documentOf([full, full, full.replace("Oslo", "?")]).split("?");
    const document = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
    expect(decodeBroken(document)).toMatchObject({ error: decodeBroken(document, byteByByte).error });
    expect(decodeBroken(document).reader.rows).toHaveLength(2);
  });

  it("take the value under the name where both a name and a label have one, and not under the label", () => {
    const rows = ["null,5", "6,7", "8,9"].map((pair) => {
      const [named, byLabel] = pair.split(",");
      return `{"users.city":${named},"City":${byLabel}}`;
    });
    const fields = { measures: FIELDS.dimensions, pivots: [{ name: "users.year" }] };
    const { reader } = decode(documentOf(rows, ",", fields));
    expect(reader.rows.map(({ cells }) => cells["users.city"])).toEqual(["5", "6", "8"]);
  });

  it.each<[string, string[]]>([
    [
      "where a pivot value is called like another field",
      [
        '{"orders.count":{"a":{"value":1}},"b":{"value":2},"z":{"value":3}}',
        '{"orders.count":{"a":{"value":1},"b":{"value":2},"z":{"value":3}}}',
        '{"orders.count":{"a":{"value":1},"b":{"value":5},"z":{"value":6}}}',
      ],
    ],
    [
      "where a null takes turns with a label's value",
      ['{"orders.count":6,"Count":7}', '{"orders.count":null,"Count":7}'],
    ],
    [
      "where a value is longer than what is kept of it",
      [`{"b":{"value":"${"x".repeat(4095)},"}}`, '{"b":{"value":1,"}}]} ":2}}'],
    ],
  ])("are read as they are one byte at a time %s", (_what, rows) => {
    const fields = {
      dimensions: [{ name: "b" }, { name: "z" }],
      measures: [{ name: "orders.count", label: "Count" }],
      pivots: [{ name: "users.year" }],
    };
    const document = documentOf(rows, ",", fields);
    expect(rowsOf(document)).toEqual(rowsOf(document, byteByByte));
  });

  it("are not read where one lacks its last brace, whatever the rows before it were like", () => {
    const nested = [
      '{"orders.count":{"a":{"value":1}},"b":{"value":2}}',
      '{"orders.count":{"a":{"value":1},"b":{"value":2}}}',
    ];
    const fields = {
      dimensions: [{ name: "b" }],
      measures: FIELDS.measures,
      pivots: [{ name: "users.year" }],
    };
    const document = documentOf(
      [...nested, '{"orders.count":{"a":{"value":1},"b":{"value":2}}'],
      ",",
      fields,
    );
    expect(decodeBroken(document).error).toBe(decodeBroken(document, byteByByte).error);
  });

  it("are looked for only where one can begin: much space between them costs no more than other bytes", () => {
    const full = row('{"value":"a@x"}', '{"value":"Oslo"}', '{"value":1}');
    const separator = `${" ".repeat(2_000_000)},${" ".repeat(2_000_000)}`;
    const { reader } = decode(documentOf([full, full, full, `${full}${" ".repeat(2_000_000)}`], separator));
    expect(reader.rows).toHaveLength(4);
  });

  it("keep no value of the row before where a cell is missing", () => {
    const full = row('{"value":"a@x"}', '{"value":"Oslo"}', '{"value":1}');
    const { reader } = decode(documentOf([full, full, '{"users.email":{"value":"b@x"}}', full]));
    expect(reader.rows[2]?.cells).toEqual({ "users.email": '"b@x"' });
    expect(reader.rows[3]?.cells).toEqual(reader.rows[0]?.cells);
  });

  it("are read on after a hundred that differ", () => {
    const full = row('{"value":"a@x"}', '{"value":"Oslo"}', '{"value":1}');
    const others = Array.from({ length: 300 }, (_, at) =>
      row(`{"value":"${at}@x","links":[${at}]}`, '{"value":"Oslo"}', '{"value":1}'),
    );
    const { reader } = decode(documentOf([full, ...others, full]));
    expect(reader.rows).toHaveLength(302);
    expect(reader.rows[201]?.cells["users.email"]).toBe('"200@x"');
  });
});

/** Where nothing stands under a pivot value, null says the same as no cell. */
function rowsOf(document: string, split?: typeof byteByByte): unknown[] {
  return decode(document, split).reader.rows.map(({ cells, ...row }) => ({
    ...row,
    cells: Object.fromEntries(Object.entries(cells).filter(([, text]) => text !== "null")),
  }));
}

function outcome(document: Buffer, split?: typeof byteByByte): unknown {
  try {
    return decode(document, split).reader.rows;
  } catch {
    const { error, reader } = decodeBroken(document, split);
    return { error, rows: reader.rows };
  }
}
