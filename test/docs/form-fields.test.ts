/** The table of the form's fields in docs/set-up.md is what is declared: each field, its values, and its default. */

import { type Field, heap } from "../../src/actions";
import { readText } from "../helpers/repository";

const ROW = /^\| ([^|]+) \| `([a-z_]+)` \| ([^|]+) \| [^|]+ \|$/gm;
const ROWS = [...readText("docs/set-up.md").matchAll(ROW)].map(([, ...cells]) => cells);

const FREE = { text: "a text", environment: "digits" } as const;

function valuesOf(field: Field): string {
  if (field.type !== "choice") return field.required ? `${FREE[field.type]}, required` : FREE[field.type];
  const values = Object.entries(field.values).map(([value, label]) => `\`${value}\`: ${label}`);
  return [...values, ...(field.required ? ["required"] : [])].join("; ");
}

it("has a row for each field of the action heap, in the order of the form, and no other", () => {
  expect(ROWS.map(([, name]) => name)).toEqual(Object.keys(heap.fields));
});

it.each(Object.entries(heap.fields))(
  "has the label and the values of %s, its default first",
  (name, field) => {
    const row = ROWS.find(([, own]) => own === name);
    expect(row).toEqual([field.label, name, valuesOf(field)]);
  },
);
