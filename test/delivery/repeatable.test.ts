/** What is kept to have a result again is read by every later version. */

import { heap } from "../../src/actions";
import { keepRepeatable, readRepeatable } from "../../src/delivery/repeatable";
import { NO_VISUALIZATION } from "../../src/mapping";

const VISUALIZATION = {
  hiddenFields: ["users.id"],
  hiddenPivots: { "2024-01": true, "2024-02": ["orders.count"] },
  seriesLabels: { "orders.count": "Orders" },
} as const;
const SOURCE = { query: "12", hostname: "example.cloud.looker.com" };

it("comes back as it was kept, with the name of its action and nothing more", () => {
  const kept = { action: "heap", form: { env_id: "123" }, visualization: VISUALIZATION, source: SOURCE };
  const request = { ...kept, origin: { title: "Shop users" } };
  expect(readRepeatable(keepRepeatable(request))).toEqual(kept);
});

it("had nothing of the visualization but what it hides, in an earlier version", () => {
  const kept = { action: "heap", form: { env_id: "123" }, source: SOURCE };
  expect(readRepeatable(JSON.stringify({ ...kept, hiddenFields: ["users.id"] }))).toEqual({
    ...kept,
    visualization: { ...NO_VISUALIZATION, hiddenFields: ["users.id"] },
  });
});

it.each([
  [false, "no"],
  [true, "yes"],
])("is the action heap's where it was kept before there were others (dry run: %s)", (dryRun, dry_run) => {
  const form = {
    environmentId: "123",
    propertyType: "account",
    heapField: "Users Email",
    propertyNames: "label_short",
    sync: "changed",
    longValues: "drop",
    dryRun,
  };
  const read = readRepeatable(JSON.stringify({ form, hiddenFields: ["users.id"], source: SOURCE }));
  expect(read).toEqual({
    action: "heap",
    form: {
      env_id: "123",
      property_type: "account",
      heap_field: "Users Email",
      property_names: "label_short",
      sync: "changed",
      long_values: "drop",
      dry_run,
    },
    visualization: { ...NO_VISUALIZATION, hiddenFields: ["users.id"] },
    source: SOURCE,
  });
  expect(() => heap.task(read.form, { ...read, maxValueLength: 255 })).not.toThrow();
});
