/** A field that is added to the declaration of an action is everywhere at once, with nothing else touched. */

import { Command } from "commander";
import { heap } from "../../src/actions";
import { defineAction } from "../../src/actions/action";
import type { Fields } from "../../src/actions/fields";
import { FIELDS, HEAP } from "../../src/actions/heap";
import { addFormOptions, formParams } from "../../src/cli/form-options";
import { FormError } from "../../src/errors";
import { offeredActions } from "../../src/offered-actions";
import { shippedAction } from "../helpers/manifest";

const TRIAL = {
  shoe_size: {
    type: "choice",
    label: "Shoe size",
    description: "How large the shoes are.",
    required: false,
    values: { small: "Up to 40", large: "From 41 on" },
  },
  polish: {
    type: "choice",
    label: "Polish them",
    description: "Before they are worn.",
    required: false,
    values: { no: "No", yes: "Yes" },
  },
  shop: { type: "text", label: "Shop", description: "Where they are from.", required: true },
} as const satisfies Fields;

const WITH_TRIAL = { ...FIELDS, ...TRIAL };

const action = defineAction<typeof WITH_TRIAL>({
  ...HEAP,
  fields: WITH_TRIAL,
  check: ({ shop, shoe_size }) =>
    shop === "Tiny" && shoe_size === "large" ? { shoe_size: 'The shop "Tiny" has no large shoes.' } : {},
});
const [offered] = offeredActions({ actions: [shippedAction()] }, {}, [action]);
if (!offered) throw new Error("actions.json has no action");

const REQUIRED = { env_id: "123", property_type: "user", shop: "Corner" };

function problemsOf(params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  try {
    offered?.read({ ...REQUIRED, ...params }, []);
  } catch (error) {
    if (error instanceof FormError) return error.fields;
    throw error;
  }
  throw new Error("the form was taken for right");
}

it("in the form, after those that actions.json has", () => {
  expect(offered.form([]).slice(Object.keys(FIELDS).length)).toEqual([
    {
      name: "shoe_size",
      label: "Shoe size",
      description: "How large the shoes are.",
      type: "select",
      required: false,
      default: "small",
      options: [
        { name: "small", label: "Up to 40" },
        { name: "large", label: "From 41 on" },
      ],
    },
    expect.objectContaining({ name: "polish", type: "select", default: "no" }),
    { name: "shop", label: "Shop", description: "Where they are from.", type: "string", required: true },
  ]);
});

it("in the validation: its default, its values, and the sentences for wrong ones", () => {
  expect(offered.read({ ...REQUIRED, polish: "YES" }, [])).toMatchObject({
    shoe_size: "small",
    polish: "yes",
    shop: "Corner",
  });
  expect(problemsOf({ shoe_size: "43", shop: " " })).toEqual({
    shoe_size: 'Choose one of small, large for "Shoe size".',
    shop: 'Enter something for "Shop".',
  });
});

it("in what is checked beside the other fields", () => {
  expect(problemsOf({ shop: "Tiny", shoe_size: "large" })).toEqual({
    shoe_size: 'The shop "Tiny" has no large shoes.',
  });
});

describe("in the options of a command", () => {
  function command() {
    return addFormOptions(new Command().exitOverride().configureOutput({ writeErr: () => undefined }), [
      action,
    ]);
  }

  it("with its texts, its values and its default in the help", () => {
    const help = command().helpInformation().replace(/\s+/g, " ");
    expect(help).toContain("Form of the action Heap:");
    expect(help).toContain(
      '--shoe-size <choice> Shoe size. How large the shoes are. One of: small, large. (default: "small")',
    );
    expect(help).toContain("--polish Polish them. Before they are worn.");
    expect(help).toContain("--shop <text> Shop. Where they are from.");
  });

  it("as the value that Looker would send", () => {
    const args = ["--env-id", "123", "--shop", "Corner", "--shoe-size", "large", "--polish"];
    const options = command().parse(args, { from: "user" }).opts();
    const trial = { shoe_size: "large", polish: "yes", shop: "Corner" };
    expect(formParams(action, options)).toEqual({ ...formParams(heap, options), ...trial });
  });

  it("demanded where the field is required", () => {
    expect(() => command().parse(["--env-id", "123"], { from: "user" })).toThrow(/--shop <text>/);
  });
});

it("and the action itself is as it was", () => {
  expect(Object.keys(heap.fields)).toEqual(Object.keys(FIELDS));
});
