/** Rows that are laid out alike are read by comparing; whatever comes between them, the outcome is the general way's. */

import fc from "fast-check";
import { byteByByte } from "../../helpers/chunks";
import { decode, decodeBroken } from "../../helpers/decode";
import { numberTexts, stringTexts } from "../../helpers/json-texts";

const FIELDS = JSON.stringify({
  dimensions: [{ name: "users.email" }, { name: "users.city" }],
  measures: [{ name: "orders.count" }],
});

const scalarTexts = fc.oneof(stringTexts(8), numberTexts, fc.constantFrom("null", "true", "false"));

/** Three cells as Looker lays them out, with any scalars. */
const alike = fc
  .tuple(scalarTexts, scalarTexts, scalarTexts)
  .map(([email, city, count]) => row(`{"value":${email}}`, `{"value":${city}}`, `{"value":${count}}`));

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

function documentOf(rows: readonly string[], separator = ","): string {
  return `{"fields":${FIELDS},"data":[${rows.join(separator)}]}`;
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

function outcome(document: Buffer, split?: typeof byteByByte): unknown {
  try {
    return decode(document, split).reader.rows;
  } catch {
    const { error, reader } = decodeBroken(document, split);
    return { error, rows: reader.rows };
  }
}
