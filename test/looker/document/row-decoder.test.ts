/** Holds the cells of a row to looker-protocol.md: which value belongs to which column. */

import { byteByByte } from "../../helpers/chunks";
import type { CollectedRow } from "../../helpers/collecting-reader";
import { decode } from "../../helpers/decode";
import { resultDocument, resultOfCells } from "../../helpers/result-document";

const DIMENSIONS = [
  { name: "users.email", label: "Users Email", label_short: "Email" },
  { name: "users.age", label: "Users Age", label_short: "Age" },
];

function rowsOf(...rows: readonly string[]): CollectedRow["cells"][] {
  return decode(resultDocument({ dimensions: DIMENSIONS, rows })).reader.rows.map((row) => row.cells);
}

function unknownNames(...rows: readonly string[]): readonly string[] {
  return decode(resultDocument({ dimensions: DIMENSIONS, rows })).reader.unknownNames;
}

/** The value of the only column, one for each cell; undefined where it is missing. */
function valuesOf(...cells: readonly string[]): (string | undefined)[] {
  return decode(resultOfCells(...cells)).reader.rows.map((row) => row.cells["users.value"]);
}

describe("a cell", () => {
  it.each(['"x"', '""', "0", "-1.50", "12345678901234567890", "true", "false", "null", "[]", "{}"])(
    "keeps its value as it was written: %s",
    (text) => {
      expect(valuesOf(`{"value":${text}}`)).toEqual([text]);
    },
  );

  it("keeps a list or an object without the white space around its parts", () => {
    expect(valuesOf('{"value":{ "lat" : 1.50 ,\n"tags":[ "a b" , [ ] , { } , null ] }}')).toEqual([
      '{"lat":1.50,"tags":["a b",[],{},null]}',
    ]);
  });

  it("gives its value, whatever stands beside it", () => {
    const links = '"links":[{"label":"value","url":"/x","value":2},["value"]]';
    const beside = `"rendered":"1st",${links},"html":"<b>1</b>","filterable_value":"EMPTY"`;
    expect(valuesOf(`{${beside},"value":1}`, `{"value":1,${beside}}`)).toEqual(["1", "1"]);
  });

  it("has no value but `value`: not the rendered one, nor the filterable one", () => {
    expect(valuesOf('{"value":null,"rendered":"null","filterable_value":"NULL"}')).toEqual(["null"]);
    expect(valuesOf('{"rendered":"5","filterable_value":"5"}')).toEqual([undefined]);
  });

  it("is missing when it has no value, or the row has no such name", () => {
    expect(rowsOf('{"users.email":{}}', "{}")).toEqual([{}, {}]);
  });

  it("may be the bare value", () => {
    expect(valuesOf('"x"', "0", "null", "[1, 2]")).toEqual(['"x"', "0", "null", "[1,2]"]);
  });

  it("may write the key `value` with escapes", () => {
    const key = [...'"value"'].map((char) =>
      char === '"' ? char : `\\u00${char.charCodeAt(0).toString(16)}`,
    );
    expect(valuesOf(`{${key.join("")}:1}`, '{"val\\u0075e":2}')).toEqual(["1", "2"]);
  });

  it("whose value comes twice has the last one", () => {
    expect(valuesOf('{"value":[1],"value":2}', '{"value":2,"value":null}')).toEqual(["2", "null"]);
  });
});

describe("a row", () => {
  it("may hold its cells in any order, another one from row to row", () => {
    const [email, age] = ['"users.email":{"value":"a@x"}', '"users.age":{"value":7}'];
    const cells = { "users.email": '"a@x"', "users.age": "7" };
    expect(rowsOf(`{${email},${age}}`, `{${age},${email}}`, `{${email},${age}}`)).toEqual([
      cells,
      cells,
      cells,
    ]);
  });

  it("lacks only the cells that are not in it", () => {
    expect(rowsOf('{"users.email":1,"users.age":2}', '{"users.age":3}', '{"users.email":4}')).toEqual([
      { "users.email": "1", "users.age": "2" },
      { "users.age": "3" },
      { "users.email": "4" },
    ]);
  });

  it("that has a name twice keeps the last cell", () => {
    expect(rowsOf('{"users.age":{"value":1},"users.email":2,"users.age":{"value":[3]}}')).toEqual([
      { "users.email": "2", "users.age": "[3]" },
    ]);
    expect(rowsOf('{"users.age":{"value":1},"users.age":{}}')).toEqual([{}]);
  });

  it("may write its names with escapes", () => {
    expect(rowsOf('{"users\\u002eemail":1,"\\u0075sers.age":2}')).toEqual([
      { "users.email": "1", "users.age": "2" },
    ]);
  });

  it("may have names with quotes, backslashes and any characters", () => {
    const name = 'a "b" \\ ü 😀 \n';
    const rows = [{ [name]: { value: 1 } }, { [name]: { value: 2 } }];
    const { reader } = decode(resultDocument({ dimensions: [{ name }], rows }), byteByByte);
    expect(reader.rows.map((row) => row.cells[name])).toEqual(["1", "2"]);
  });

  it.each(["null", "[]", '[{"users.age":1}]', "5", '"users.age"', "true"])(
    "that is %s is a reject",
    (row) => {
      const { reader, decoder } = decode(resultDocument({ dimensions: DIMENSIONS, rows: ["{}", row, "{}"] }));
      expect(reader.rows.map(({ number, problem }) => [number, problem])).toEqual([
        [1, undefined],
        [2, "it is not an object of cells"],
        [3, undefined],
      ]);
      expect(decoder.rows).toBe(3);
    },
  );
});

describe("a name in a row", () => {
  it("may be the label or the short label instead of the name", () => {
    expect(rowsOf('{"Users Email":{"value":1},"Age":{"value":2}}')).toEqual([
      { "users.email": "1", "users.age": "2" },
    ]);
  });

  it("may be the label within the field's group", () => {
    const dimensions = [
      { name: "orders.created_month", field_group_label: "Created", field_group_variant: "Month" },
    ];
    const { reader } = decode(resultDocument({ dimensions, rows: [{ Month: { value: "2024-01" } }] }));
    expect(reader.rows[0]?.cells).toEqual({ "orders.created_month": '"2024-01"' });
  });

  it("wins over a label, whichever comes first", () => {
    const [byName, byLabel] = ['"users.age":{"value":1}', '"Age":{"value":2}'];
    const cells = { "users.age": "1" };
    expect(rowsOf(`{${byName},${byLabel}}`, `{${byLabel},${byName}}`)).toEqual([cells, cells]);
  });

  it("wins over a label also when its value is null", () => {
    expect(rowsOf('{"users.age":{"value":null},"Age":{"value":2}}')).toEqual([{ "users.age": "null" }]);
  });

  it("is never taken for a label that two columns share", () => {
    const dimensions = [
      { name: "users.count", label: "Count" },
      { name: "orders.count", label: "Count" },
    ];
    const { reader } = decode(resultDocument({ dimensions, rows: [{ Count: { value: 1 } }] }));
    expect(reader.rows[0]?.cells).toEqual({});
    expect(reader.unknownNames).toEqual(["Count"]);
  });

  it("is never taken for the label of another column", () => {
    const dimensions = [
      { name: "age", label: "Years" },
      { name: "birth", label: "age" },
    ];
    const { reader } = decode(resultDocument({ dimensions, rows: [{ age: { value: 1 } }] }));
    expect(reader.rows[0]?.cells).toEqual({ age: "1" });
  });

  it("that no field describes is reported once, and its cell passed over", () => {
    const row = '{"secret":{"value":[{"value":1}]},"users.age":{"value":2}}';
    expect(rowsOf(row, row)).toEqual([{ "users.age": "2" }, { "users.age": "2" }]);
    expect(unknownNames(row, row, '{"users.age":1,"secret":2}')).toEqual(["secret"]);
  });

  it("may be longer than is kept of it, and end there in an escaped quote", () => {
    const name = `${"x".repeat(8190)}\\"${"y".repeat(100)}`;
    expect(unknownNames(`{"${name}":1}`)).toEqual([`${"x".repeat(8190)}\\`]);
    expect(unknownNames(`{"x${name.slice(2)}":1}`)).toEqual([`x${name.slice(2, 8192)}`]);
  });
});
