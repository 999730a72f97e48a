/** actions.json has the texts of the form, and the declaration says what they are about: both agree, or nothing starts. */

import { heap } from "../../src/actions";
import type { FormField } from "../../src/actions/form";
import { withTexts } from "../../src/actions/with-texts";
import { SetupError } from "../../src/errors";
import { shippedAction } from "../helpers/manifest";

const TEXTS = shippedAction().form;
const NAMES = TEXTS.map((field) => field.name);

describe("actions.json and the code", () => {
  function withField(name: string, change: Partial<FormField>): FormField[] {
    return TEXTS.map((field) => (field.name === name ? { ...field, ...change } : field));
  }

  function problemOf(texts: readonly FormField[]): string {
    try {
      withTexts(heap.fields, texts);
    } catch (error) {
      if (error instanceof SetupError) return error.message;
      throw error;
    }
    throw new Error("the form was taken for right");
  }

  it("agree as they are shipped, each text and the order too", () => {
    expect(Object.entries(withTexts(heap.fields, TEXTS))).toEqual(Object.entries(heap.fields));
  });

  it.each(NAMES)("agree when the field %s is missing: its declared texts stand, in its place", (name) => {
    const left = TEXTS.filter((field) => field.name !== name);
    expect(Object.entries(withTexts(heap.fields, left))).toEqual(Object.entries(heap.fields));
  });

  it("agree when there is no field at all", () => {
    expect(Object.entries(withTexts(heap.fields, []))).toEqual(Object.entries(heap.fields));
  });

  it("agree when the fields stand in another order, which is kept", () => {
    const names = Object.keys(withTexts(heap.fields, TEXTS.toReversed()));
    expect(names.filter((name) => NAMES.includes(name))).toEqual(NAMES.toReversed());
  });

  it("agree when the texts are others, which are shown", () => {
    const options = [
      { name: "user", label: "Benutzer" },
      { name: "account", label: "Konto" },
    ];
    const texts = withField("property_type", { label: "Zeile", description: "Je Zeile eins.", options });
    expect(withTexts(heap.fields, texts)).toEqual({
      ...heap.fields,
      property_type: {
        type: "choice",
        label: "Zeile",
        description: "Je Zeile eins.",
        required: true,
        values: { user: "Benutzer", account: "Konto" },
      },
    });
  });

  it.each(NAMES)("do not agree when the field %s is there twice", (name) => {
    const twice = TEXTS.filter((field) => field.name === name);
    expect(problemOf([...TEXTS, ...twice])).toBe(`actions.json has the form field ${name} more than once.`);
  });

  it.each(["environment", "constructor"])(
    "do not agree when there is a field that nobody reads: %s",
    (name) => {
      expect(problemOf(withField("env_id", { name }))).toBe(
        `actions.json has a form field nobody reads: ${name}.`,
      );
    },
  );

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

  it("do not agree when a text has a default or options: nobody would read them", () => {
    expect(problemOf(withField("heap_field", { default: "Users Email" }))).toBe(
      "actions.json must give heap_field no default.",
    );
    expect(problemOf(withField("heap_field", { options: [{ name: "email", label: "Email" }] }))).toBe(
      "actions.json must offer no options for heap_field.",
    );
  });

  it.each([
    ["property_type", false],
    ["sync", true],
  ])("do not agree when what must be entered is another: %s", (name, required) => {
    expect(problemOf(withField(name, { required }))).toBe(
      `actions.json must say of ${name} that required is ${!required}.`,
    );
  });
});
