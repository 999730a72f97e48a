/** What is kept to have a result again is read by every later version. */

import { heap } from "../../src/actions";
import { keepRepeatable, readRepeatable } from "../../src/delivery/repeatable";

const SOURCE = { query: "12", hostname: "example.cloud.looker.com" };

it("comes back as it was kept, with the name of its action and nothing more", () => {
  const kept = { action: "heap", form: { env_id: "123" }, hiddenFields: ["users.id"], source: SOURCE };
  const request = { ...kept, origin: { title: "Shop users" } };
  expect(readRepeatable(keepRepeatable(request))).toEqual(kept);
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
    hiddenFields: ["users.id"],
    source: SOURCE,
  });
  expect(() => heap.task(read.form, read)).not.toThrow();
});
