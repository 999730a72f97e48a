/** The tables of the forms' fields in the docs are what is declared: each field, its values, and its default. */

import { ACTIONS, type Field } from "../../src/actions";
import { readText } from "../helpers/repository";

/** The page that has the form of an action. */
const PAGES: Readonly<Record<string, string>> = {
  heap: "docs/set-up.md",
  heap_events: "docs/events.md",
  heap_cell: "docs/cells.md",
};

const ROW = /^\| ([^|]+) \| `([a-z_]+)` \| ([^|]+) \| [^|]+ \|$/gm;

const FREE = { text: "a text", environment: "digits" } as const;

function valuesOf(field: Field): string {
  if (field.type !== "choice") return field.required ? `${FREE[field.type]}, required` : FREE[field.type];
  const values = Object.entries(field.values).map(([value, label]) => `\`${value}\`: ${label}`);
  return [...values, ...(field.required ? ["required"] : [])].join("; ");
}

describe.each(ACTIONS.map((action) => [action.name, action] as const))(
  "the form of %s",
  (name, { fields }) => {
    const rows = [...readText(PAGES[name] ?? "").matchAll(ROW)].map(([, ...cells]) => cells);

    it("has a row for each field, in the order of the form, and no other", () => {
      expect(rows.map(([, own]) => own)).toEqual(Object.keys(fields));
    });

    it.each(Object.entries(fields))("has the label and the values of %s, its default first", (own, field) => {
      expect(rows.find(([, each]) => each === own)).toEqual([field.label, own, valuesOf(field)]);
    });
  },
);
