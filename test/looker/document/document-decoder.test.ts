/** Holds the decoder to what looker-protocol.md says of a document as a whole. */

import { DocumentDecoder } from "../../../src/looker/document";
import { byteByByte } from "../../helpers/chunks";
import { CollectingReader } from "../../helpers/collecting-reader";
import { type Decoded, decode, decodeBroken } from "../../helpers/decode";
import { fixture } from "../../helpers/fixture";
import { resultOfCells } from "../../helpers/result-document";

const FIELDS =
  '"fields":{"dimensions":[{"name":"users.email"}],"measures":[],"table_calculations":[],"pivots":[]}';
const DATA = '"data":[{"users.email":{"value":"a@x"}},{"users.email":{"value":"b@x"}}]';

function emails({ reader }: Decoded): (string | undefined)[] {
  return reader.rows.map((row) => row.cells["users.email"]);
}

describe("a result that Looker wrote", () => {
  it("is read whole: every row, every value in its own digits (json_detail)", () => {
    const { decoder, reader } = decode(fixture("json_detail_example.json"));
    expect(decoder.rows).toBe(13);
    expect(reader.columns).toEqual(["orders.created_month", "orders.count"]);
    expect(reader.rows[0]).toEqual({
      number: 1,
      cells: { "orders.created_month": '"2017-07"', "orders.count": "773" },
    });
    expect(reader.rows[12]?.cells).toEqual({ "orders.created_month": '"2016-07"', "orders.count": "80" });
    expect(reader.unknownNames).toEqual([]);
  });

  it("is read whole from the lite stream, values of every kind as they were written", () => {
    const { reader } = decode(fixture("lite_stream.json"));
    expect(reader.rows.map((row) => Object.values(row.cells))).toEqual([
      ['"ana@example.com"', "9007199254740993", '"Yes"', "[52.52,13.405]", "-12.50", "0.25"],
      ['"zo\\u00eb@example.com"', "0", '"No"', "null", "null", "null"],
      ["null", "3", '""', '{"lat":1.0,"lng":-2}', "1e3", "false"],
    ]);
  });

  it.each(["json_detail_example.json", "lite_stream.json", "pivoted.json"])(
    "is the same when %s comes byte by byte",
    (name) => {
      expect(decode(fixture(name), byteByByte).reader).toEqual(decode(fixture(name)).reader);
    },
  );

  it("is the same with carriage returns and a byte order mark", () => {
    const document = `\ufeff${fixture("json_detail_example.json").toString().replaceAll("\n", "\r\n")}`;
    expect(decode(document).reader).toEqual(decode(fixture("json_detail_example.json")).reader);
  });

  it("describes its fields", () => {
    const { reader } = decode(fixture("lite_stream.json"));
    expect(reader.query?.fields.map(({ name, kind }) => [name, kind])).toEqual([
      ["users.email", "dimension"],
      ["users.id", "dimension"],
      ["users.is_active", "dimension"],
      ["users.place", "dimension"],
      ["orders.total", "measure"],
      ["share", "table calculation"],
    ]);
    expect(reader.query?.fields[3]).toEqual({
      name: "users.place",
      label: "Users Place",
      labelShort: "Place",
      kind: "dimension",
      tags: ["heap_property:Place"],
      hidden: true,
    });
  });

  it("gives a field without labels and tags its name for a label, and no tags", () => {
    expect(decode(resultOfCells("1")).reader.query?.fields[0]).toEqual({
      name: "users.value",
      label: "users.value",
      labelShort: "users.value",
      kind: "dimension",
      tags: [],
      hidden: false,
    });
  });
});

describe("the keys of a document", () => {
  it("may come in another order", () => {
    expect(
      emails(decode(`{"truncated":false,"id":"5f","errors":[],${FIELDS},"status":"complete",${DATA}}`)),
    ).toEqual(['"a@x"', '"b@x"']);
  });

  it("may hold the rows before the fields", () => {
    expect(decode(`{${DATA},${FIELDS}}`).reader).toEqual(decode(`{${FIELDS},${DATA}}`).reader);
    expect(decode(`{${DATA},${FIELDS}}`).decoder.rows).toBe(2);
  });

  it("may be written with escapes", () => {
    const escaped = `{${FIELDS},${DATA}}`
      .replace('"data"', '"d\\u0061ta"')
      .replace('"fields"', '"\\u0066ields"');
    expect(emails(decode(escaped))).toEqual(['"a@x"', '"b@x"']);
  });

  it("count only at the top: the same names deeper down are something else", () => {
    const deeper =
      '{"fields":{"dimensions":[]},"data":[{"users.email":{"value":"no@x"}}],"errors":["no"],"truncated":true}';
    const { decoder, reader } = decode(
      `{"applied_filters":${deeper},${FIELDS},"added_params":[${deeper}],${DATA},"totals_data":${deeper}}`,
    );
    expect(emails({ decoder, reader })).toEqual(['"a@x"', '"b@x"']);
    expect(decoder.messages).toEqual([]);
    expect(decoder.truncated).toBe(false);
  });

  it("take the first field list when there are two", () => {
    expect(emails(decode(`{${FIELDS},"fields":{"dimensions":[]},${DATA}}`))).toEqual(['"a@x"', '"b@x"']);
  });

  it("make no rows of subtotals and totals", () => {
    const totals =
      '"subtotals_data":{"1":[{"users.email":{"value":"no@x"}}]},"totals_data":{"users.email":{"value":1}}';
    expect(decode(`{${FIELDS},${totals},${DATA},${totals.replaceAll("data", "data2")}}`).decoder.rows).toBe(
      2,
    );
  });
});

describe("rows", () => {
  it("are handed on as soon as they are read", () => {
    const reader = new CollectingReader();
    const decoder = new DocumentDecoder(reader);
    decoder.write(Buffer.from(`{${FIELDS},"data":[{"users.email":{"value":"a@x"}}`));
    expect(reader.rows).toHaveLength(1);
    expect(decoder.rows).toBe(1);
    decoder.write(Buffer.from(',{"users.email":{"value":"b@x"}'));
    expect(decoder.rows).toBe(1);
  });

  it.each(["[]", "null", "[ \n ]"])("may be none: %s", (data) => {
    expect(decode(`{${FIELDS},"data":${data}}`).decoder.rows).toBe(0);
    expect(decode(`{"data":${data},${FIELDS}}`).decoder.rows).toBe(0);
  });

  it("may be none because there is no data at all", () => {
    expect(decode(`{${FIELDS}}`).decoder.rows).toBe(0);
  });

  it.each(["{}", "5", '"x"', "true", '{"users.email":{"value":"a@x"}}'])("are a list, never %s", (data) => {
    const error = 'its "data" is not a list of rows';
    expect(decodeBroken(`{${FIELDS},"data":${data}}`).error).toBe(error);
    expect(decodeBroken(`{"data":${data},${FIELDS}}`).error).toBe(error);
  });

  it("read before the document turned out to be broken have been handed on", () => {
    const { decoder, error } = decodeBroken(`{${FIELDS},"data":[{"users.email":{"value":"a@x"}},{]`);
    expect(decoder.rows).toBe(1);
    expect(error).toMatch(/^it is broken JSON/);
  });
});

describe("only a document whose closing brace was read is whole:", () => {
  it("cut at any byte, it is a failure", () => {
    const document = fixture("lite_stream.json");
    const end = document.lastIndexOf("}") + 1;
    for (let at = 0; at < end; at++) {
      const { error } = decodeBroken(document.subarray(0, at));
      expect(error).toBe(at === 0 ? "it is empty" : "it breaks off before its closing brace");
    }
    expect(decode(document.subarray(0, end)).decoder.rows).toBe(3);
  });

  it("white space may follow", () => {
    expect(decode(`{${FIELDS},${DATA}}\r\n \t`).decoder.rows).toBe(2);
  });

  it.each(["}", "{}", "x", "\u0000", '"'])("nothing else may follow: %j", (more) => {
    const { decoder, error } = decodeBroken(`{${FIELDS},${DATA}}\n${more}`);
    expect(error).toMatch(/^something follows its closing brace/);
    expect(decoder.rows).toBe(2);
  });
});

describe("what is not a query result is refused:", () => {
  it("a sign-in page", () => {
    expect(decodeBroken(fixture("sign_in_page.html")).error).toMatch(
      /^it is an HTML page, not a query result/,
    );
  });

  it("an empty body", () => {
    expect(decodeBroken("").error).toBe("it is empty");
  });

  it("a list of rows in the plain json format", () => {
    expect(decodeBroken('[{"users.email":"a@x"}]').error).toBe(
      "it is a list, not a query result in json_detail format",
    );
  });

  it.each(["5", '"x"', "null", "true"])("the scalar %s", (text) => {
    expect(decodeBroken(text).error).toBe("it is not a query result in json_detail format");
  });

  it.each(["{}", `{${DATA}}`, '{"fields":null,"data":[]}', '{"errors":[]}', `{"errors":["x"],${DATA}}`])(
    "an object without a field list: %s",
    (text) => {
      expect(decodeBroken(text).error).toBe(
        "it has no field list, so it is not a query result in json_detail format",
      );
    },
  );

  it.each(["[]", "5", '"x"'])("a field list that is %s", (fields) => {
    expect(decodeBroken(`{"fields":${fields},${DATA}}`).error).toBe("its field list is not one");
  });
});
