/** Which keys the columns of a pivoted query get: "Rules of the mapping". */

import type { Column } from "../../src/mapping";
import type { CollectingSink } from "../helpers/collecting-sink";
import { EMAIL, field, keysOf, mapRows } from "../helpers/map-rows";

const COUNT = field("orders.count", { label: "Count", kind: "measure" });

function under(...pivots: readonly Column["pivot"][]): Parameters<typeof mapRows>[0] {
  const columns = pivots.map((pivot) => (pivot === undefined ? { field: COUNT } : { field: COUNT, pivot }));
  return { fields: [EMAIL, COUNT], pivots: ["orders.month"], columns: [{ field: EMAIL }, ...columns] };
}

function mapUnder(pivots: readonly Column["pivot"][], row: readonly (string | undefined)[]): CollectingSink {
  return mapRows({ ...under(...pivots), rows: [['"a@x"', ...row]] });
}

describe("a pivoted measure", () => {
  it("has the key `Key (pivot value)`", () => {
    expect(keysOf(under(["2024-01"]))).toEqual([undefined, "Count (2024-01)"]);
  });

  it("has the key `Key (a, b)` under several pivots", () => {
    expect(keysOf(under(["2024-01", "web"]))).toEqual([undefined, "Count (2024-01, web)"]);
  });

  it("has the key `Key (Total)` for the row total", () => {
    expect(keysOf(under(["2024-01"], "total"))).toEqual([undefined, "Count (2024-01)", "Count (Total)"]);
  });

  it("has the plain key where it does not nest", () => {
    expect(keysOf(under(undefined))).toEqual([undefined, "Count"]);
  });

  it("sends nothing for a pivot value without a value", () => {
    const { updates } = mapUnder([["a"], ["b"], ["c"]], ["1", undefined, "null"]);
    expect(updates[0]?.text).toBe('"Count (a)":1');
  });

  it("is named with its pivot value where a value is too long", () => {
    const { longValues } = mapUnder([["a"]], [JSON.stringify("x".repeat(256))]);
    expect(longValues).toEqual(["Count (a) (orders.count)"]);
  });

  it("whose label another column has keeps its name before the pivot value", () => {
    const other = field("users.count", { label: "Count" });
    const columns = [EMAIL, other].map((own) => ({ field: own }));
    const keys = keysOf({
      fields: [EMAIL, other, COUNT],
      pivots: ["orders.month"],
      columns: [...columns, { field: COUNT, pivot: ["a"] }],
    });
    expect(keys).toEqual([undefined, "Count (users.count)", "Count (orders.count) (a)"]);
  });

  it("may be called email or ID, since its pivot value makes it another key", () => {
    const measure = field("m", { label: "ID", kind: "measure" });
    const keys = keysOf({
      fields: [EMAIL, measure],
      pivots: ["p"],
      columns: [{ field: measure, pivot: ["a"] }],
    });
    expect(keys).toEqual(["ID (a)"]);
  });

  it("is left out where its pivot value makes the key too long", () => {
    const { columns, notes } = mapRows(under(["x".repeat(255)], ["a"]));
    expect(columns.map((column) => column.key)).toEqual([undefined, undefined, "Count (a)"]);
    expect(notes).toHaveLength(1);
  });

  it("never has one key for two pivot values", () => {
    const { columns, notes } = mapRows(
      under(["Total"], "total", ["a, b", "c", "d"], ["a", "b, c", "d"], ["a", "b", "c, d"]),
    );
    const keys = columns.slice(1).map((column) => column.key);
    expect(keys.slice(0, 4)).toEqual([
      "Count (Total)",
      "Count (Total) (orders.count)",
      "Count (a, b, c, d)",
      "Count (a, b, c, d) (orders.count)",
    ]);
    expect(new Set(keys).size).toBe(5);
    expect(notes[0]).toBe(
      'Two columns would be "Count (Total)": orders.count is sent as "Count (Total) (orders.count)".',
    );
    expect(notes).toHaveLength(3);
  });
});
