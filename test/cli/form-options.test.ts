/** The options of `send` and `schedule` are those that scripts use, and give what Looker would send. */

import { Command } from "commander";
import { heap, QUERY_ACTIONS } from "../../src/actions";
import { addFormOptions, formParams } from "../../src/cli/form-options";

function paramsOf(...args: readonly string[]): Record<string, string> {
  const command = addFormOptions(new Command().exitOverride(), QUERY_ACTIONS);
  return formParams(heap, command.parse(args, { from: "user" }).opts());
}

it("has the default of each choice, and no text that was not given", () => {
  const params = paramsOf("--env-id", "123");
  expect(params).toMatchObject({
    env_id: "123",
    property_type: "user",
    property_names: "label",
    sync: "all",
    long_values: "truncate",
    dry_run: "no",
  });
  expect(Object.keys(params)).not.toContain("heap_field");
  // What an empty one means is the hub's to say.
  expect(Object.keys(params)).not.toContain("match_by");
});

it.each([
  [["--property-type", "account"], { property_type: "account" }],
  [["--heap-field", "Users Email"], { heap_field: "Users Email" }],
  [["--property-names", "label_short"], { property_names: "label_short" }],
  [["--sync", "changed"], { sync: "changed" }],
  [["--long-values", "drop"], { long_values: "drop" }],
  [["--match-by", "email"], { match_by: "email" }],
  [["--dry-run"], { dry_run: "yes" }],
])("takes %j", (args, params) => {
  expect(paramsOf("--env-id", "123", ...args)).toMatchObject(params);
});
