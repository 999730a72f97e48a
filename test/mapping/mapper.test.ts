/** How rows become updates, skips and rejects. */

import { Mapper } from "../../src/mapping";
import { CollectingSink } from "../helpers/collecting-sink";
import { EMAIL, field, mapRows, OPTIONS } from "../helpers/map-rows";
import { rowOf } from "../helpers/row-of";

describe("a row", () => {
  const fields = [EMAIL, field("a"), field("b")];

  it("becomes an update with its number, its identity and its properties in the columns' order", () => {
    const rows = [['"a@x"', '"one"', "2"]];
    expect(mapRows({ fields, rows }).updates).toEqual([
      { row: 1, identity: "a@x", properties: { a: "one", b: 2 }, text: '"a":"one","b":2' },
    ]);
  });

  it("that can't be read is a reject with the reason, whatever it holds", () => {
    const broken = { ...rowOf(2, ["null", "1", "2"]), problem: "a cell is larger than 1 MiB" };
    const { updates, rejects, skips } = mapRows({ fields, rows: [['"a@x"', "1"], broken, ['"b@x"', "2"]] });
    expect(rejects).toEqual([{ row: 2, reason: "a cell is larger than 1 MiB" }]);
    expect(updates.map((update) => update.row)).toEqual([1, 3]);
    expect(skips).toEqual([]);
  });

  it("with many long values is sent whole", () => {
    const many = Array.from({ length: 500 }, (_, index) => field(`c${index}`));
    const value = "ü".repeat(255);
    const { updates } = mapRows({
      fields: [EMAIL, ...many],
      rows: [['"a@x"', ...many.map(() => `"${value}"`)]],
    });
    expect(updates[0]?.properties).toEqual(Object.fromEntries(many.map(({ name }) => [name, value])));
  });

  it("after a larger one is sent without anything of it", () => {
    const { updates } = mapRows({
      fields,
      rows: [
        ['"ana@x"', `"${"x".repeat(200)}"`, "1"],
        ['"b@x"', "7"],
      ],
    });
    expect(updates[1]).toEqual({ row: 2, identity: "b@x", properties: { a: 7 }, text: '"a":7' });
  });

  it("writes the identity as JSON, whatever characters it has", () => {
    const identity = 'a"b\\c\n\u0001😀';
    const { updates } = mapRows({ fields, rows: [[JSON.stringify(identity), "1"]] });
    expect(updates[0]?.identity).toBe(identity);
  });
});

describe("a column", () => {
  it("that is sent is told with its key", () => {
    const fields = [EMAIL, field("users.city", { label: "Users City" })];
    expect(mapRows({ fields }).columns[1]).toEqual({
      name: "users.city",
      label: "Users City",
      isIdentity: false,
      key: "Users City",
      tell: false,
    });
  });

  it("may be met after rows were mapped", () => {
    const sink = new CollectingSink();
    const mapper = new Mapper(OPTIONS, sink);
    const late = field("late");
    mapper.fields({ fields: [EMAIL, late], pivots: [] });
    mapper.column({ index: 0, field: EMAIL });
    mapper.row(rowOf(1, ['"a@x"']));
    mapper.column({ index: 1, field: late });
    mapper.row(rowOf(2, ['"a@x"', "1"]));
    expect(sink.skips).toEqual(["no properties"]);
    expect(sink.updates.map((update) => update.text)).toEqual(['"late":1']);
  });

  it("that no field describes is named in the reply", () => {
    const sink = new CollectingSink();
    new Mapper(OPTIONS, sink).undescribed("users.secret");
    expect(sink.notes).toEqual(['"users.secret" was left out: Looker\'s field list does not describe it.']);
  });
});
