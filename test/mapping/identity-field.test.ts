/** Which column holds the identity: what the form's `heap_field` matches, and what LookML's tags say. */

import { FormError } from "../../src/errors";
import type { Field, MappingOptions } from "../../src/mapping";
import { NO_VISUALIZATION } from "../../src/mapping";
import { field, mapRows } from "../helpers/map-rows";

const FIELDS = [
  field("users.id", { label: "Users ID", labelShort: "ID" }),
  field("users.email", { label: "Users Email", labelShort: "Email" }),
  field("orders.email", { label: "Orders Email", labelShort: "Email" }),
];

/** The name of the identity's column. */
function identityOf(fields: readonly Field[], options: Partial<MappingOptions>): string | undefined {
  return mapRows({ fields }, options).columns.find((column) => column.isIdentity)?.name;
}

/** The sentence shown beside `heap_field` in the form. */
function sentence(
  fields: readonly Field[],
  options: Partial<MappingOptions>,
  pivots: readonly string[] = [],
): string {
  try {
    mapRows({ fields, pivots }, options);
  } catch (error) {
    if (error instanceof FormError) return error.fields.heap_field ?? "";
    throw error;
  }
  throw new Error("a column was found");
}

describe("heap_field", () => {
  it.each([
    ["field name", "users.id"],
    ["label", "Users ID"],
    ["short label", "ID"],
    ["field name in another casing", "USERS.Id"],
    ["label in another casing", "users id"],
    ["short label in another casing", "id"],
    ["name with space around it", "  users.id\t"],
  ])("matches a column's %s", (_level, heapField) => {
    expect(identityOf(FIELDS, { heapField })).toBe("users.id");
  });

  it("matches a label that has space around it itself", () => {
    expect(identityOf([field("a", { label: " User " })], { heapField: "user" })).toBe("a");
  });

  it("matches a name before a label", () => {
    const fields = [field("a", { label: "b" }), field("b", { label: "a" })];
    expect(identityOf(fields, { heapField: "b" })).toBe("b");
  });

  it("matches a label before a short label", () => {
    const fields = [field("a", { label: "X", labelShort: "Y" }), field("b", { label: "Y", labelShort: "X" })];
    expect(identityOf(fields, { heapField: "Y" })).toBe("b");
  });

  it("that fits two names is refused, and both are named", () => {
    expect(sentence([field("users.id"), field("Users.ID")], { heapField: "users.id" })).toBe(
      'More than one column is called "users.id": users.id and Users.ID. Enter the field name of the one you mean.',
    );
  });

  it("that fits two labels is refused, and both are named", () => {
    const fields = [field("a.x", { label: "Key" }), field("b.x", { label: "key" })];
    expect(sentence(fields, { heapField: "KEY" })).toBe(
      'More than one column is called "Key": a.x and b.x. Enter the field name of the one you mean.',
    );
  });

  it("that fits two short labels is refused, and both are named", () => {
    expect(sentence(FIELDS, { heapField: "email" })).toBe(
      'More than one column is called "Email": users.email and orders.email. Enter the field name of the one you mean.',
    );
  });

  it("that fits nothing is refused, and the columns there are are named", () => {
    expect(sentence(FIELDS, { heapField: " e-mail " })).toBe(
      'No column of this query is called "e-mail". Its columns are: Users ID (users.id), Users Email (users.email), ' +
        "Orders Email (orders.email).",
    );
  });

  it("that fits nothing names no more than twelve columns", () => {
    const fields = Array.from({ length: 15 }, (_, index) => field(`c${index + 1}`));
    expect(sentence(fields, { heapField: "x" })).toMatch(/ c11, c12 and 3 more\.$/);
  });

  it("goes before any tag", () => {
    const fields = [field("a", { tags: ["heap_identity"] }), field("b")];
    expect(identityOf(fields, { heapField: "b" })).toBe("b");
  });

  it("may be a measure or a table calculation of a query without pivots", () => {
    expect(identityOf([field("m", { kind: "measure" })], { heapField: "m" })).toBe("m");
    expect(identityOf([field("t", { kind: "table calculation" })], { heapField: "t" })).toBe("t");
  });

  it("may not be a pivoted column", () => {
    const fields = [field("users.id"), field("orders.count", { label: "Count", kind: "measure" })];
    expect(sentence(fields, { heapField: "Count" }, ["orders.month"])).toBe(
      "The column Count (orders.count) is pivoted, so it can't hold the user's identity.",
    );
  });

  it.each([
    ["hidden in LookML", { hidden: true }, []],
    ["hidden in the visualization", {}, ["a"]],
    ["tagged heap_ignore", { tags: ["heap_ignore"] }, []],
  ])("may be a column that is %s", (_name, more, hiddenFields) => {
    const sink = mapRows(
      { fields: [field("a", more), field("b")], rows: [['"a@x"', "1"]] },
      { heapField: "a", visualization: { ...NO_VISUALIZATION, hiddenFields } },
    );
    expect(sink.updates).toEqual([{ row: 1, identity: "a@x", properties: { b: 1 }, text: '"b":1' }]);
  });
});

describe("an empty heap_field", () => {
  const user = { heapField: " ", propertyType: "user" } as const;
  const account = { heapField: "", propertyType: "account" } as const;
  const all = [
    field("e", { tags: ["email"] }),
    field("u", { tags: ["user_id"] }),
    field("a", { tags: ["heap_account_id"] }),
    field("i", { tags: ["other", "heap_identity"] }),
  ];
  const without = (...names: readonly string[]) => all.filter((own) => !names.includes(own.name));

  it("takes the column tagged heap_identity, else user_id, else email", () => {
    expect(identityOf(all, user)).toBe("i");
    expect(identityOf(without("i"), user)).toBe("u");
    expect(identityOf(without("i", "u"), user)).toBe("e");
  });

  it("takes for accounts the column tagged heap_account_id, else user_id, else email", () => {
    expect(identityOf(all, account)).toBe("a");
    expect(identityOf(without("a"), account)).toBe("u");
    expect(identityOf(without("a", "u"), account)).toBe("e");
  });

  it("takes no column by the tag of the other type", () => {
    expect(() => identityOf(without("i", "u", "e"), user)).toThrow(FormError);
    expect(() => identityOf(without("a", "u", "e"), account)).toThrow(FormError);
  });

  it("knows a tag in any casing", () => {
    expect(identityOf([field("a", { tags: [" Heap_Identity "] })], user)).toBe("a");
  });

  it("is refused when two columns have the tag, and both are named", () => {
    const fields = [field("a", { tags: ["email"] }), field("b", { tags: ["email"] })];
    expect(sentence(fields, user)).toBe(
      "More than one column is tagged email: a and b. Enter the field name of the one you mean.",
    );
  });

  it("is refused when no column has a tag, and says what to enter", () => {
    expect(sentence([field("a")], user)).toBe(
      "Enter the name or label of the column that holds the user's identity, or tag it in LookML with heap_identity. " +
        "Its columns are: a.",
    );
    expect(sentence([], account)).toBe(
      "Enter the name or label of the column that holds the account id, or tag it in LookML with heap_account_id. " +
        "The query has no columns.",
    );
  });
});
