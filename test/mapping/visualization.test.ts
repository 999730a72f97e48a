/** What a visualization hides is not sent, and its names become the properties' where that is asked for. */

import { NO_VISUALIZATION, type Visualization } from "../../src/mapping";
import { EMAIL, field, mapRows } from "../helpers/map-rows";

const COUNT = field("orders.count", { label: "Orders Count", kind: "measure" });
const TOTAL = field("orders.total", { label: "Orders Total", kind: "measure" });
const JANUARY = ["2024-01"];
const FEBRUARY = ["2024-02"];

/** An identity, and two measures under two pivots and the row total, all of them `1`. */
function mapped(visualization: Partial<Visualization>, propertyNames: "label" | "visualization" = "label") {
  const pivots = [JANUARY, FEBRUARY, "total"] as const;
  const measures = pivots.flatMap((pivot) => [COUNT, TOTAL].map((each) => ({ field: each, pivot })));
  const sink = mapRows(
    {
      fields: [EMAIL, COUNT, TOTAL],
      pivots: ["orders.month"],
      columns: [{ field: EMAIL }, ...measures],
      rows: [['"a@x"', ...measures.map(() => "1")]],
    },
    { propertyNames, visualization: { ...NO_VISUALIZATION, ...visualization } },
  );
  return { keys: Object.keys(sink.updates[0]?.properties ?? {}), columns: sink.columns };
}

const ALL = [
  ...["Orders Count (2024-01)", "Orders Total (2024-01)", "Orders Count (2024-02)", "Orders Total (2024-02)"],
  ...["Orders Count (Total)", "Orders Total (Total)"],
];

describe("what is hidden", () => {
  it.each<[string, Partial<Visualization>, string[]]>([
    ["a pivot", { hiddenPivots: { "2024-01": true } }, ALL.slice(2)],
    ["a measure of one pivot", { hiddenPivots: { "2024-02": ["orders.count"] } }, ALL.toSpliced(2, 1)],
    ["the row total", { hiddenPivots: { $$$_row_total_$$$: true } }, ALL.slice(0, 4)],
    [
      "a measure of the row total",
      { hiddenPivots: { $$$_row_total_$$$: ["orders.total"] } },
      ALL.slice(0, 5),
    ],
    ["another pivot", { hiddenPivots: JSON.parse('{"2024-03":true,"constructor":true}') }, ALL],
    [
      "all of these, and a field",
      {
        hiddenFields: ["orders.total"],
        hiddenPivots: { "2024-01": true, $$$_row_total_$$$: ["orders.count"] },
      },
      ["Orders Count (2024-02)"],
    ],
  ])("%s is not sent", (_what, visualization, keys) => {
    expect(mapped(visualization).keys).toEqual(keys);
  });

  it("is said of its column, and not in the reply", () => {
    const hiddenPivots = { "2024-01": true, "2024-02": ["orders.count"], $$$_row_total_$$$: true } as const;
    const { columns } = mapped({ hiddenPivots });
    expect(columns.map(({ note, tell }) => [note, tell]).slice(1)).toEqual([
      ["This pivot is hidden in the visualization.", false],
      ["This pivot is hidden in the visualization.", false],
      ["It is hidden under this pivot in the visualization.", false],
      [undefined, false],
      ["The row total is hidden in the visualization.", false],
      ["The row total is hidden in the visualization.", false],
    ]);
  });

  it("is known by all values of several pivots", () => {
    const columns = [
      { field: EMAIL },
      ...[
        ["a", "b"],
        ["a", "c"],
      ].map((pivot) => ({ field: COUNT, pivot })),
    ];
    const visualization = { ...NO_VISUALIZATION, hiddenPivots: { "a|FIELD|b": true } as const };
    const rows = [['"a@x"', "1", "2"]];
    const sink = mapRows({ fields: [EMAIL, COUNT], pivots: ["x", "y"], columns, rows }, { visualization });
    expect(sink.updates[0]?.text).toBe('"Orders Count (a, c)":2');
  });
});

describe("a name from the visualization", () => {
  const seriesLabels = { "orders.count": "Orders", "2024-02 - orders.total": "Revenue in February" };

  it("becomes the property's, under each pivot; without one it is the label", () => {
    expect(mapped({ seriesLabels }, "visualization").keys).toEqual([
      ...["Orders (2024-01)", "Orders Total (2024-01)", "Orders (2024-02)", "Revenue in February"],
      ...["Orders (Total)", "Orders Total (Total)"],
    ]);
  });

  it("is passed over where it was not asked for", () => {
    expect(mapped({ seriesLabels }).keys).toEqual(ALL);
  });

  const named = (labels: Record<string, string>, ...fields: Parameters<typeof field>[]) =>
    mapRows(
      {
        fields: [EMAIL, ...fields.map((each) => field(...each))],
        rows: [['"a@x"', ...fields.map(() => "1")]],
      },
      {
        propertyNames: "visualization",
        visualization: { ...NO_VISUALIZATION, seriesLabels: labels },
      },
    );

  it("keeps to the rules of any other: the tag wins, blank is none, `email` is Heap's, `id` is left out", () => {
    const sink = named(
      { a: "Plan", b: "  ", c: "EMAIL", d: "Id" },
      ["a", { tags: ["heap_property:Tier"] }],
      ["b", { label: "B" }],
      ["c"],
      ["d"],
    );
    expect(sink.updates[0]?.text).toBe('"Tier":1,"B":1,"email":1');
    expect(sink.columns.at(-1)).toMatchObject({ tell: true });
  });

  it("that two columns were given tells them apart by their field", () => {
    const sink = named({ a: "Same", b: "Same" }, ["a"], ["b"]);
    expect(sink.updates[0]?.text).toBe('"Same (a)":1,"Same (b)":1');
  });
});

describe("an empty cell", () => {
  const fields = [EMAIL, field("a"), field("b")];
  const text = (rows: (string | undefined)[], emptyCells: "keep" | "clear") =>
    mapRows({ fields, rows: [['"a@x"', ...rows]] }, { emptyCells }).updates[0]?.text;

  it("is passed over, unless it is to clear what Heap has", () => {
    expect(text(["null", "1"], "keep")).toBe('"b":1');
    expect(text(["null", "1"], "clear")).toBe('"a":"","b":1');
    expect(text(["null", "null"], "clear")).toBe('"a":"","b":""');
  });

  it("that is not there clears nothing", () => {
    expect(text([undefined, "1"], "clear")).toBe('"b":1');
  });
});

it.each([1, 254, 255, 1023])("a text may have %i characters where that is the limit", (maxValueLength) => {
  const value = (length: number) => JSON.stringify("x".repeat(length));
  const rows = [['"a@x"', value(maxValueLength), value(maxValueLength + 1)]];
  const sink = mapRows({ fields: [EMAIL, field("a"), field("b")], rows }, { maxValueLength });
  expect(Object.values(sink.updates[0]?.properties ?? {})).toEqual(Array(2).fill("x".repeat(maxValueLength)));
  expect(sink.longValues).toEqual(["b"]);
});

it("a text of escapes that each take six bytes is cut at the limit, not before", () => {
  const rows = [['"a@x"', `"${"\\u00e9".repeat(2000)}"`]];
  const sink = mapRows({ fields: [EMAIL, field("a")], rows }, { maxValueLength: 1023 });
  expect(sink.updates[0]?.properties).toEqual({ a: "é".repeat(1023) });
});
