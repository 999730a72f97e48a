/** Which key a column's property gets: "Rules of the mapping". */

import type { Field, MappingOptions } from "../../src/mapping";
import { NO_VISUALIZATION } from "../../src/mapping";
import { EMAIL, field, keysOf, mapRows } from "../helpers/map-rows";

/** The key of one column beside the identity's. */
function keyOf(own: Field, options: Partial<MappingOptions> = {}): string | undefined {
  return keysOf({ fields: [EMAIL, own] }, options)[1];
}

/** What the reply says of one column beside the identity's. */
function noteOn(own: Field): (string | undefined)[] {
  return mapRows({ fields: [EMAIL, own] }).notes;
}

describe("a property's key", () => {
  const city = field("users.city", { label: "Users City", labelShort: "City" });

  it("is the column's label, its short label or its name, as property_names says", () => {
    expect(keyOf(city, { propertyNames: "label" })).toBe("Users City");
    expect(keyOf(city, { propertyNames: "label_short" })).toBe("City");
    expect(keyOf(city, { propertyNames: "name" })).toBe("users.city");
  });

  it("is the name that a heap_property tag gives", () => {
    expect(keyOf({ ...city, tags: ["x", "heap_property:Home town"] })).toBe("Home town");
    expect(keyOf({ ...city, tags: [" Heap_Property: Home town "] }, { propertyNames: "name" })).toBe(
      "Home town",
    );
  });

  it.each(["Email", "EMAIL", "eMail", "email"])("is email for a column named %s", (label) => {
    expect(keyOf(field("users.mail", { label }))).toBe("email");
    expect(keyOf(field("users.mail", { tags: [`heap_property:${label}`] }))).toBe("email");
  });

  it("is left as it is when it only contains email", () => {
    expect(keyOf(field("users.mail", { label: "Users Email" }))).toBe("Users Email");
  });

  it("is written as JSON, whatever characters it has", () => {
    const label = 'Größe "in m"\\😀\n';
    const { updates } = mapRows({ fields: [EMAIL, field("a", { label })], rows: [['"a@x"', "1"]] });
    expect(updates[0]?.properties).toEqual({ [label]: 1 });
  });
});

describe("the identity's own column", () => {
  it("is no property", () => {
    const { updates, columns } = mapRows({ fields: [EMAIL, field("a")], rows: [['"a@x"', "1"]] });
    expect(updates[0]?.properties).toEqual({ a: 1 });
    expect(columns[0]).toEqual({
      name: "users.email",
      label: "Users Email",
      isIdentity: true,
      note: "It holds the identity.",
      tell: false,
    });
  });

  it("is a property, too, when it is tagged heap_property", () => {
    const fields = [{ ...EMAIL, tags: ["heap_property:email"] }];
    expect(mapRows({ fields, rows: [['"a@x"']] }).updates[0]?.properties).toEqual({ email: "a@x" });
  });

  it("does not stand in the way of a column with the same label", () => {
    const fields = [EMAIL, field("orders.email", { label: "Users Email" })];
    expect(keysOf({ fields })).toEqual([undefined, "Users Email"]);
  });
});

describe("a column is left out, and the reply names it and the tag that renames it, when its key would be", () => {
  const howTo = "To send it, tag the field in LookML with heap_property:NAME.";

  it("user_id", () => {
    expect(keyOf(field("a.b", { label: "user_id" }))).toBeUndefined();
    expect(noteOn(field("a.b", { label: "user_id" }))).toEqual([
      `user_id (a.b) was left out: Heap takes no property called "user_id". ${howTo}`,
    ]);
  });

  it.each(["id", "Id", "ID", "iD"])("%s", (label) => {
    expect(noteOn(field("a.b", { label }))).toEqual([
      `${label} (a.b) was left out: Heap takes no property called "${label}". ${howTo}`,
    ]);
  });

  it("empty", () => {
    expect(noteOn(field("a.b", { tags: ["heap_property:"] }))).toEqual([
      `a.b was left out: it has no name. ${howTo}`,
    ]);
    expect(keyOf(field("a.b", { label: "  " }))).toBeUndefined();
  });

  it("over 255 characters", () => {
    const label = "x".repeat(256);
    expect(noteOn(field("a.b", { label }))).toEqual([
      `${label} (a.b) was left out: its name is longer than 255 characters. ${howTo}`,
    ]);
    expect(keyOf(field("a.b", { label: label.slice(1) }))).toBe(label.slice(1));
  });

  it("one of these, given by a tag", () => {
    expect(keyOf(field("a.b", { tags: ["heap_property:ID"] }))).toBeUndefined();
  });

  it("one of these, for a table calculation, which has no tags: it is to be renamed", () => {
    expect(noteOn(field("id", { kind: "table calculation" }))).toEqual([
      'id was left out: Heap takes no property called "id". Rename the table calculation to send it.',
    ]);
  });

  it("one of these, and nothing of it is sent", () => {
    const { updates } = mapRows({ fields: [EMAIL, field("id"), field("a")], rows: [['"a@x"', "1", "2"]] });
    expect(updates[0]?.text).toBe('"a":2');
  });

  it("but not when it is only like one of these", () => {
    expect(
      ["User_ID", "USER_ID", "user id", "ids", "_id"].map((label) => keyOf(field("a", { label }))),
    ).toEqual(["User_ID", "USER_ID", "user id", "ids", "_id"]);
  });
});

describe("two columns with the same key", () => {
  const [a, b] = [field("a.count", { label: "Count" }), field("b.count", { label: "Count" })];

  it("each become `Key (view.field)`", () => {
    expect(keysOf({ fields: [EMAIL, a, b, field("c", { label: "Other" })] })).toEqual([
      undefined,
      "Count (a.count)",
      "Count (b.count)",
      "Other",
    ]);
  });

  it("are named in the reply", () => {
    expect(mapRows({ fields: [EMAIL, a, b] }).notes).toEqual([
      'Two columns would be "Count": a.count is sent as "Count (a.count)".',
      'Two columns would be "Count": b.count is sent as "Count (b.count)".',
    ]);
  });

  it("are told apart when the key is email in two casings", () => {
    const fields = [EMAIL, field("a.email", { label: "Email" }), field("b.email", { label: "EMAIL" })];
    expect(keysOf({ fields })).toEqual([undefined, "email (a.email)", "email (b.email)"]);
  });

  it("are told apart when a tag gives both the same name", () => {
    const fields = [EMAIL, field("a", { label: "X" }), field("b", { tags: ["heap_property:X"] })];
    expect(keysOf({ fields })).toEqual([undefined, "X (a)", "X (b)"]);
  });

  it("are told apart even when a third is called as one of them becomes", () => {
    expect(keysOf({ fields: [EMAIL, a, b, field("c", { label: "Count (a.count)" })] })).toEqual([
      undefined,
      "Count (a.count) (a.count)",
      "Count (b.count)",
      "Count (a.count) (c)",
    ]);
  });

  it("differ when only their casing differs", () => {
    const fields = [EMAIL, field("a", { label: "Count" }), field("b", { label: "count" })];
    expect(keysOf({ fields })).toEqual([undefined, "Count", "count"]);
  });

  it("are one when the other is not sent", () => {
    expect(keysOf({ fields: [EMAIL, a, { ...b, hidden: true }] })).toEqual([undefined, "Count", undefined]);
  });
});

describe("a column is not sent, and the reply need not say so, when it is", () => {
  it.each([
    ["hidden in the visualization", {}, ["users.secret"], "It is hidden in the visualization."],
    ["hidden in LookML", { hidden: true }, [], "It is hidden in LookML."],
    ["tagged heap_ignore", { tags: ["heap_ignore"] }, [], "It is tagged heap_ignore."],
    ["tagged heap_ignore in another casing", { tags: [" HEAP_IGNORE"] }, [], "It is tagged heap_ignore."],
    [
      "tagged heap_ignore and heap_property",
      { tags: ["heap_property:X", "heap_ignore"] },
      [],
      "It is tagged heap_ignore.",
    ],
  ])("%s", (_name, more, hiddenFields, note) => {
    const fields = [EMAIL, field("users.secret", { label: "Secret", ...more }), field("a")];
    const sink = mapRows(
      { fields, rows: [['"a@x"', '"s"', "1"]] },
      { visualization: { ...NO_VISUALIZATION, hiddenFields } },
    );
    expect(sink.updates[0]?.text).toBe('"a":1');
    expect(sink.columns[1]).toEqual({
      name: "users.secret",
      label: "Secret",
      isIdentity: false,
      note,
      tell: false,
    });
  });
});
