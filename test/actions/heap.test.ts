/** The action `heap`: what the values of its form mean, and what they ask for. */

import { heap } from "../../src/actions";
import { FormError } from "../../src/errors";
import { NO_VISUALIZATION } from "../../src/mapping";

const ENVIRONMENTS = [
  { name: "Production", id: "123" },
  { name: "Development", id: "456" },
];

/** What Looker sends when only the required fields were filled in. */
const REQUIRED = { env_id: "123", property_type: "user" };

describe("the values", () => {
  it("that are left out have the defaults that the form shows", () => {
    expect(heap.read(REQUIRED, [])).toEqual({
      env_id: "123",
      property_type: "user",
      heap_field: "",
      match_by: "identity",
      property_names: "label",
      empty_cells: "keep",
      sync: "all",
      long_values: "truncate",
      dry_run: "no",
    });
  });

  it.each([[null], [""], ["  "], [undefined]])("that Looker sends as %j are left out", (nothing) => {
    const optional = [
      "heap_field",
      "match_by",
      "property_names",
      "empty_cells",
      "sync",
      "long_values",
      "dry_run",
    ];
    const empty = Object.fromEntries(optional.map((name) => [name, nothing]));
    expect(heap.read({ ...REQUIRED, ...empty }, [])).toEqual(heap.read(REQUIRED, []));
  });

  it("are read in any casing, without the space around them", () => {
    const params = {
      env_id: " 0123 ",
      property_type: "Account",
      heap_field: "  Users Email ",
      match_by: "Email",
      property_names: " LABEL_SHORT",
      empty_cells: "CLEAR",
      sync: "Changed",
      long_values: "Drop",
      dry_run: "YES",
    };
    expect(heap.read(params, [])).toEqual({
      env_id: "0123",
      property_type: "account",
      heap_field: "Users Email",
      match_by: "email",
      property_names: "label_short",
      empty_cells: "clear",
      sync: "changed",
      long_values: "drop",
      dry_run: "yes",
    });
  });

  it("of fields that this hub does not know are passed over", () => {
    const params = { ...REQUIRED, a_field_of_another_version: "x" };
    expect(heap.read(params, [])).toEqual(heap.read(REQUIRED, []));
  });

  it("may name the environment as a number", () => {
    expect(heap.read({ ...REQUIRED, env_id: 123 }, [])["env_id"]).toBe("123");
  });
});

describe("a value that is wrong", () => {
  function problemsOf(params: Readonly<Record<string, unknown>>, environments = ENVIRONMENTS) {
    try {
      heap.read({ ...REQUIRED, ...params }, environments);
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
    [
      "property_names",
      "labels",
      'Choose one of label, label_short, name, visualization for "Property names".',
    ],
    ["sync", "some", 'Choose one of all, changed for "What to send".'],
    ["long_values", "cut", 'Choose one of truncate, drop for "Long texts".'],
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

describe("what the values ask for", () => {
  const AROUND = { visualization: NO_VISUALIZATION, maxValueLength: 255 };

  it("has the types of their fields", () => {
    const values = heap.read({ ...REQUIRED, property_type: "account", sync: "changed", dry_run: "yes" }, []);
    expect(heap.task(values, AROUND)).toMatchObject({
      environmentId: "123",
      kind: "account",
      dryRun: true,
      longValues: "truncate",
      sync: "changed",
    });
  });

  it.each([
    ["user", "identity", "user"],
    ["user", "email", "user_by_email"],
    ["account", "identity", "account"],
    ["account", "email", "account"],
  ])("of a %s that is matched by %s is the kind %s", (property_type, match_by, kind) => {
    expect(heap.task({ ...REQUIRED, property_type, match_by }, AROUND)).toMatchObject({ kind });
  });

  it("is the default for a field that was not there yet when they were kept", () => {
    expect(heap.task(REQUIRED, AROUND)).toMatchObject({ longValues: "truncate", dryRun: false });
  });

  it("is refused when another version kept them, and they are none of this one's", () => {
    expect(() => heap.task({ ...REQUIRED, sync: "hourly" }, AROUND)).toThrow(FormError);
  });
});
