/** The settings of a visualization: whatever they hold, they hide what they are meant to hide, and nothing else. */

import fc from "fast-check";
import { readVisualization } from "../../src/looker/visualization";
import { NO_VISUALIZATION } from "../../src/mapping";

it("are read as Looker writes them", () => {
  const settings = {
    hidden_fields: ["users.id"],
    hidden_pivots: {
      "2024-01": { is_entire_pivot_hidden: true },
      "2024-02": { is_entire_pivot_hidden: false, measure_names: ["orders.count"] },
      $$$_row_total_$$$: { measure_names: ["orders.count", "orders.total"] },
    },
    series_labels: { "orders.count": "Orders", "2024-02 - orders.total": "Revenue in February" },
    x_axis_gridlines: false,
  };
  expect(readVisualization(settings)).toEqual({
    hiddenFields: ["users.id"],
    hiddenPivots: {
      "2024-01": true,
      "2024-02": ["orders.count"],
      $$$_row_total_$$$: ["orders.count", "orders.total"],
    },
    seriesLabels: settings.series_labels,
  });
});

it.each([[null], [undefined], ["null"], [5], [[]], [{}]])("say nothing where they are %j", (settings) => {
  expect(readVisualization(settings)).toEqual(NO_VISUALIZATION);
});

const anything = fc.oneof(fc.anything(), fc.constantFrom(null, "null", 5, [], {}, ["users.id"], { a: true }));

it("hide nothing and break nothing in any other shape", () => {
  const settings = fc.record(
    { hidden_fields: anything, hidden_pivots: anything, series_labels: anything },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(settings, (given) => {
      const { hiddenFields, hiddenPivots, seriesLabels } = readVisualization(given);
      for (const each of [...hiddenFields, ...Object.values(seriesLabels)])
        expect(typeof each).toBe("string");
      for (const each of Object.values(hiddenPivots)) {
        if (each !== true) expect(each.every((name) => typeof name === "string")).toBe(true);
      }
    }),
  );
});

it("name the texts in a list, whatever else is in it", () => {
  const read = readVisualization({ hidden_fields: ["users.id", 5, null, "orders.count"] });
  expect(read.hiddenFields).toEqual(["users.id", "orders.count"]);
});

it.each([
  [null],
  [true],
  [5],
  [{ is_entire_pivot_hidden: "yes" }],
  [{ measure_names: "orders.count" }],
  [{}],
])("hide no pivot where what is said of it is %j", (said) => {
  expect(readVisualization({ hidden_pivots: { "2024-01": said } }).hiddenPivots).toEqual({});
});
