/** Holds pivoted results to looker-protocol.md: cells nest by pivot value. */

import type { CollectedRow } from "../../helpers/collecting-reader";
import { decode } from "../../helpers/decode";
import { fixture } from "../../helpers/fixture";
import { resultDocument } from "../../helpers/result-document";

/** The cells of rows that hold one pivoted measure, `orders.count`, and one table calculation, `rank`. */
function cellsOf(...rows: readonly string[]): CollectedRow["cells"][] {
  return decode(pivoted(...rows)).reader.rows.map((row) => row.cells);
}

function pivoted(...rows: readonly string[]): string {
  return resultDocument({
    dimensions: [{ name: "users.email" }],
    measures: [{ name: "orders.count", label: "Count" }],
    table_calculations: [{ name: "rank" }],
    pivots: [{ name: "orders.month" }],
    rows,
  });
}

describe("a pivoted result", () => {
  it("has a column for each pivot value, found as it is met", () => {
    expect(decode(fixture("pivoted.json")).reader.columns).toEqual([
      "users.email",
      "orders.count [2024-01, web]",
      "orders.count [2024-02, shop]",
      "orders.count [total]",
      "growth [2024-01, web]",
      "growth [2024-02, shop]",
      "rank",
      "orders.count [2024-03, web]",
    ]);
  });

  it("has the value of each pivot value, and none where the row has none", () => {
    expect(decode(fixture("pivoted.json")).reader.rows.map((row) => row.cells)).toEqual([
      {
        "users.email": '"ana@example.com"',
        "orders.count [2024-01, web]": "3",
        "orders.count [2024-02, shop]": "null",
        "orders.count [total]": "3",
        "growth [2024-01, web]": "0.5",
        "growth [2024-02, shop]": "null",
        rank: "1",
      },
      {
        "users.email": '"ben@example.com"',
        "orders.count [2024-01, web]": "0",
        "orders.count [2024-02, shop]": "7",
        "orders.count [2024-03, web]": "1",
        "orders.count [total]": "8",
        rank: "null",
      },
    ]);
  });

  it("names its pivots", () => {
    expect(decode(fixture("pivoted.json")).reader.query?.pivots).toEqual([
      "orders.created_month",
      "orders.channel",
    ]);
  });

  it("says nothing of names it does not describe: pivot values are not names", () => {
    expect(decode(fixture("pivoted.json")).reader.unknownNames).toEqual([]);
  });
});

describe("the cell of a pivoted measure", () => {
  it("may come under the measure's label", () => {
    expect(cellsOf('{"Count":{"a":{"value":1}}}')).toEqual([{ "orders.count [a]": "1" }]);
  });

  it("may be null, or without any pivot value", () => {
    expect(cellsOf('{"orders.count":null}', '{"orders.count":{}}')).toEqual([{}, {}]);
    expect(decode(pivoted('{"orders.count":null}')).reader.columns).toEqual(["users.email"]);
  });

  it("may have null where a pivot value has no cell", () => {
    expect(cellsOf('{"orders.count":{"a":null,"b":{"value":1}}}')).toEqual([{ "orders.count [b]": "1" }]);
  });

  it("may hold lists and objects", () => {
    expect(cellsOf('{"orders.count":{"a":{"value":[1, {"a":2}],"links":[]},"b":{"value":3}}}')).toEqual([
      { "orders.count [a]": '[1,{"a":2}]', "orders.count [b]": "3" },
    ]);
  });

  it("knows a pivot value by its text, however that is escaped", () => {
    const rows = ['{"orders.count":{"\\u0061":{"value":1}}}', '{"orders.count":{"a":{"value":2}}}'];
    expect(cellsOf(...rows)).toEqual([{ "orders.count [a]": "1" }, { "orders.count [a]": "2" }]);
    expect(decode(pivoted(...rows)).reader.columns).toEqual(["users.email", "orders.count [a]"]);
  });

  it("may have a pivot value that is called `value`", () => {
    expect(cellsOf('{"orders.count":{"value":{"value":1},"b":{"value":2}}}')).toEqual([
      { "orders.count [value]": "1", "orders.count [b]": "2" },
    ]);
  });

  it("that has a pivot value twice keeps the last cell", () => {
    expect(cellsOf('{"orders.count":{"a":{"value":1},"b":{"value":2},"a":{"value":3}}}')).toEqual([
      { "orders.count [a]": "3", "orders.count [b]": "2" },
    ]);
  });
});

describe("a table calculation that does not nest", () => {
  it("has its value all the same", () => {
    expect(cellsOf('{"rank":{"value":1}}')).toEqual([{ rank: "1" }]);
  });

  it("has its value, whatever stands beside it", () => {
    const beside = '"rendered":"1st","links":[{"value":2}],"html":null';
    expect(cellsOf(`{"rank":{${beside},"value":1}}`, `{"rank":{"value":[1],${beside}}}`)).toEqual([
      { rank: "1" },
      { rank: "[1]" },
    ]);
  });

  it("may be the bare value", () => {
    expect(cellsOf('{"rank":0}', '{"rank":[1, 2]}', '{"rank":"x"}')).toEqual([
      { rank: "0" },
      { rank: "[1,2]" },
      { rank: '"x"' },
    ]);
  });
});

describe("a result with more pivot values than are followed", () => {
  const cells = Array.from({ length: 10_001 }, (_, index) => `"p${index}":{"value":${index}}`);
  const { reader } = decode(pivoted(`{"orders.count":{${cells.join(",")}},"users.email":"a@x"}`));

  it("keeps those that it followed, and the columns behind them", () => {
    expect(reader.columns).toHaveLength(10_000);
    expect(reader.rows[0]?.cells["orders.count [p9998]"]).toBe("9998");
    expect(reader.rows[0]?.cells["users.email"]).toBe('"a@x"');
  });

  it("reports the column that has too many", () => {
    expect(reader.unknownNames).toEqual(["orders.count"]);
  });
});
