/** The action `heap_cell`: what the values of its form mean, and the result that a cell becomes. */

import { heapCell } from "../../src/actions/heap-cell";
import { FormError } from "../../src/errors";

const REQUIRED = { env_id: "123", property_type: "user", property: "Priority" };

function problemsOf(params: Record<string, string>): Readonly<Record<string, string>> {
  try {
    heapCell.read({ ...REQUIRED, ...params }, []);
  } catch (error) {
    if (error instanceof FormError) return error.fields;
    throw error;
  }
  return {};
}

it("needs a property; its value is a text, and may be empty", () => {
  expect(heapCell.read(REQUIRED, [])).toEqual({
    ...REQUIRED,
    match_by: "identity",
    value: "",
    value_type: "text",
  });
  expect(problemsOf({ property: " " })).toEqual({ property: 'Enter something for "Property".' });
});

it.each([["0"], ["-1"], ["1234.50"], ["9007199254740993"], ["1e-7"]])("%s is a number", (value) => {
  expect(problemsOf({ value, value_type: "number" })).toEqual({});
});

it.each([[""], ["1,000"], ["+1"], ["01"], ["NaN"], ["1."], ["9".repeat(256)]])("%j is no number", (value) => {
  expect(problemsOf({ value, value_type: "number" })).toEqual({
    value: `"${value}" is no number: write it as 1234.5.`,
  });
});

it.each([["user_id"], ["ID"]])("Heap takes no property called %s", (property) => {
  expect(problemsOf({ property })).toEqual({ property: `Heap takes no property called "${property}".` });
});

it("a property's name has at most 255 characters", () => {
  expect(problemsOf({ property: "x".repeat(255) })).toEqual({});
  expect(problemsOf({ property: "x".repeat(256) })).toEqual({
    property: expect.stringContaining("at most 255"),
  });
});

it("is listed as what it is, without saying whose cell it is", () => {
  const values = heapCell.read({ ...REQUIRED, value: "High" }, []);
  expect(heapCell.cell?.("ann@example.com", values).title).toBe("Set Priority of one user");
});
