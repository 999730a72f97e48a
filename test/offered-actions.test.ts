/** What Looker is offered: the actions of actions.json, each of which is declared. */

import { SetupError } from "../src/errors";
import { offeredActions } from "../src/offered-actions";
import { shippedAction } from "./helpers/manifest";

const ACTION = shippedAction();

it("is what actions.json says of an action, and its form apart", () => {
  const { form: _form, ...integration } = ACTION;
  expect(offeredActions({ actions: [ACTION] })).toMatchObject([{ name: "heap", integration }]);
});

it("is not an action that actions.json leaves out", () => {
  expect(offeredActions({ actions: [] })).toEqual([]);
});

it("has the label that a person reads in the sentence about it", () => {
  const form = ACTION.form.map((field) => (field.name === "sync" ? { ...field, label: "Umfang" } : field));
  const [offered] = offeredActions({ actions: [{ ...ACTION, form }] });
  expect(() => offered?.read({ env_id: "1", property_type: "user", sync: "some" }, [])).toThrow(
    'Choose one of all, changed for "Umfang".',
  );
});

it.each([
  [
    "is not declared",
    [{ ...ACTION, name: "other" }],
    "actions.json has an action that is not declared: other.",
  ],
  [
    "is of cells by actions.json, and takes queries",
    [{ ...ACTION, supported_action_types: ["cell"] }],
    'Let supported_action_types of heap in actions.json be ["query"].',
  ],
  ["is there twice", [ACTION, ACTION], "actions.json has the action heap more than once."],
])("is nothing when an action %s", (_how, actions, sentence) => {
  expect(() => offeredActions({ actions })).toThrow(new SetupError(sentence));
});
