/** The form: what it offers, what its values mean, and that actions.json and the code agree about both. */

import { FormError, SetupError } from "../../src/errors";
import { checkForm, formOf, readForm } from "../../src/looker/form";
import type { Action, FormField } from "../../src/looker/manifest";
import { shippedAction } from "../helpers/manifest";

const ACTION = shippedAction();
const ENVIRONMENTS = [
  { name: "Production", id: "123" },
  { name: "Development", id: "456" },
];

/** What Looker sends when only the required fields were filled in. */
const REQUIRED = { env_id: "123", property_type: "user" };

describe("actions.json and the code", () => {
  function withField(name: string, change: Partial<FormField>): Action {
    return {
      ...ACTION,
      form: ACTION.form.map((field) => (field.name === name ? { ...field, ...change } : field)),
    };
  }

  function problemOf(action: Action): string {
    try {
      checkForm(action);
    } catch (error) {
      if (error instanceof SetupError) return error.message;
      throw error;
    }
    throw new Error("the form was taken for right");
  }

  it("agree as they are shipped", () => {
    expect(() => checkForm(ACTION)).not.toThrow();
  });

  it.each(ACTION.form.map((field) => field.name))("do not agree when the field %s is missing", (name) => {
    const form = ACTION.form.filter((field) => field.name !== name);
    expect(problemOf({ ...ACTION, form })).toBe(`actions.json lacks the form field ${name}.`);
  });

  it.each(ACTION.form.map((field) => field.name))("do not agree when the field %s is there twice", (name) => {
    const twice = ACTION.form.filter((field) => field.name === name);
    expect(problemOf({ ...ACTION, form: [...ACTION.form, ...twice] })).toBe(
      `actions.json has the form field ${name} more than once.`,
    );
  });

  it("do not agree when there is a field that nobody reads", () => {
    expect(problemOf(withField("env_id", { name: "environment" }))).toBe(
      "actions.json has a form field nobody reads: environment.",
    );
  });

  it.each([
    [
      "is misspelt",
      [
        { name: "users", label: "User" },
        { name: "account", label: "Account" },
      ],
    ],
    ["is missing", [{ name: "user", label: "User" }]],
    [
      "stands in another place",
      [
        { name: "account", label: "Account" },
        { name: "user", label: "User" },
      ],
    ],
    ["is one too many", ["user", "account", "device"].map((name) => ({ name, label: name }))],
  ])("do not agree when an option %s", (_how, options) => {
    expect(problemOf(withField("property_type", { options }))).toBe(
      "actions.json must offer exactly these options for property_type: user, account.",
    );
  });

  it("do not agree when the default shown is not what an empty value means", () => {
    expect(problemOf(withField("long_values", { default: "drop" }))).toBe(
      "actions.json must give long_values the default truncate.",
    );
  });

  it("do not agree when a choice is shown as a text", () => {
    expect(problemOf(withField("dry_run", { type: "string" }))).toBe(
      "actions.json must give dry_run the type select.",
    );
  });

  it("do not agree when a text is shown as a choice", () => {
    expect(problemOf(withField("heap_field", { type: "select" }))).toBe(
      "actions.json must give heap_field the type string.",
    );
  });
});

describe("the form", () => {
  it("is that of actions.json, each field stating whether it is interactive", () => {
    expect(formOf(ACTION, [])).toEqual({
      fields: ACTION.form.map((field) => ({ interactive: false, ...field })),
    });
  });

  it("offers the environments that are set up as a choice, by name", () => {
    const [environment, ...others] = formOf(ACTION, ENVIRONMENTS).fields ?? [];
    expect(environment).toMatchObject({
      name: "env_id",
      type: "select",
      required: true,
      default: "123",
      options: [
        { name: "123", label: "Production (123)" },
        { name: "456", label: "Development (456)" },
      ],
    });
    expect(others).toEqual(formOf(ACTION, []).fields?.slice(1));
  });
});

describe("the values", () => {
  it("that are left out have the defaults that the form shows", () => {
    expect(readForm(ACTION, REQUIRED, [])).toEqual({
      environmentId: "123",
      propertyType: "user",
      heapField: "",
      propertyNames: "label",
      sync: "all",
      longValues: "truncate",
      dryRun: false,
    });
  });

  it.each([[null], [""], ["  "], [undefined]])("that Looker sends as %j are left out", (nothing) => {
    const optional = ["heap_field", "property_names", "sync", "long_values", "dry_run"];
    const empty = Object.fromEntries(optional.map((name) => [name, nothing]));
    expect(readForm(ACTION, { ...REQUIRED, ...empty }, [])).toEqual(readForm(ACTION, REQUIRED, []));
  });

  it("are read in any casing, without the space around them", () => {
    const params = {
      env_id: " 0123 ",
      property_type: "Account",
      heap_field: "  Users Email ",
      property_names: " LABEL_SHORT",
      sync: "Changed",
      long_values: "Drop",
      dry_run: "YES",
    };
    expect(readForm(ACTION, params, [])).toEqual({
      environmentId: "0123",
      propertyType: "account",
      heapField: "Users Email",
      propertyNames: "label_short",
      sync: "changed",
      longValues: "drop",
      dryRun: true,
    });
  });

  it("of fields that this hub does not know are passed over", () => {
    const params = { ...REQUIRED, a_field_of_another_version: "x" };
    expect(readForm(ACTION, params, [])).toEqual(readForm(ACTION, REQUIRED, []));
  });

  it("may name the environment as a number", () => {
    expect(readForm(ACTION, { ...REQUIRED, env_id: 123 }, []).environmentId).toBe("123");
  });
});

describe("a value that is wrong", () => {
  function problemsOf(params: Readonly<Record<string, unknown>>, environments = ENVIRONMENTS) {
    try {
      readForm(ACTION, { ...REQUIRED, ...params }, environments);
    } catch (error) {
      if (error instanceof FormError) return error.fields;
      throw error;
    }
    throw new Error("the form was taken for right");
  }

  it.each([undefined, null, "", " "])("is an environment of %j", (id) => {
    expect(problemsOf({ env_id: id })).toEqual({
      env_id: "Enter the ID of the Heap environment to send to.",
    });
  });

  it.each(["Production", "12a", "-12", "1.5", "1 2", "١٢", "0x1"])(
    "is an environment of %j, which is not digits",
    (id) => {
      expect(problemsOf({ env_id: id })).toEqual({
        env_id: `A Heap environment ID is digits only, and "${id}" is not.`,
      });
    },
  );

  it.each(["789", "0123"])("is the environment %s, which is not among those set up", (id) => {
    expect(problemsOf({ env_id: id })).toEqual({
      env_id:
        `This hub may not send to Heap environment ${id}. ` +
        "Choose one of Production (123), Development (456).",
    });
  });

  it("is none at all for a required choice", () => {
    expect(problemsOf({ property_type: "" })).toEqual({
      property_type: 'Choose one of user, account for "What each row is".',
    });
  });

  it.each([
    ["property_type", "device", 'Choose one of user, account for "What each row is".'],
    ["property_names", "labels", 'Choose one of label, label_short, name for "Property names".'],
    ["sync", "some", 'Choose one of all, changed for "What to send".'],
    ["long_values", "cut", 'Choose one of truncate, drop for "Texts over 255 characters".'],
    ["dry_run", "true", 'Choose one of no, yes for "Try without sending".'],
  ])("is named by its field: %s", (field, value, sentence) => {
    expect(problemsOf({ [field]: value })).toEqual({ [field]: sentence });
  });

  it("does not hide another: each gets a sentence, and the message holds them all", () => {
    const problems = problemsOf({ env_id: "x", dry_run: "perhaps" });
    expect(Object.keys(problems)).toEqual(["env_id", "dry_run"]);
    expect(new FormError(problems).message).toBe(Object.values(problems).join(" "));
  });
});
