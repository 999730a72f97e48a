/** The form as Looker shows it. */

import { formOf, heap } from "../../src/actions";
import { shippedAction } from "../helpers/manifest";

const ENVIRONMENTS = [
  { name: "Production", id: "123" },
  { name: "Development", id: "456" },
];

it("has each field that actions.json has as it is shipped, in the same words", () => {
  expect(formOf(heap.fields, [])).toEqual(expect.arrayContaining(shippedAction().form));
});

it("offers the environments that are set up as a choice, by name", () => {
  const [environment, ...others] = formOf(heap.fields, ENVIRONMENTS);
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
  expect(others).toEqual(formOf(heap.fields, []).slice(1));
});
