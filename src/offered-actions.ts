/** Joins what `actions.json` says of the actions with what is declared of them: this is what Looker is offered. */

import { ACTIONS, type Action, type Fields, formOf, withTexts } from "./actions";
import { SetupError } from "./errors";
import type { Manifest, OfferedAction } from "./looker";

/** Name of a choice → what an empty value of it means here, where that is not the first value declared. */
export type Defaults = Readonly<Record<string, string>>;

/**
 * @param manifest an action that it leaves out is not offered
 * @throws SetupError when the manifest has an action or a form field that is not declared, or has one twice, or is at
 *   odds with what is declared
 */
export function offeredActions(
  { actions }: Pick<Manifest, "actions">,
  defaults: Defaults = {},
  declared: readonly Action[] = ACTIONS,
): OfferedAction[] {
  return actions.map(({ form, ...integration }, at) => {
    const { name } = integration;
    const action = declared.find((each) => each.name === name);
    if (!action) throw new SetupError(`actions.json has an action that is not declared: ${name}.`);
    if (actions.findIndex((each) => each.name === name) < at)
      throw new SetupError(`actions.json has the action ${name} more than once.`);
    const takes = action.cell ? "cell" : "query";
    if (integration.supported_action_types.join() !== takes)
      throw new SetupError(`Let supported_action_types of ${name} in actions.json be ["${takes}"].`);
    const fields = withDefaults(withTexts(action.fields, form), defaults);
    return {
      name,
      integration,
      form: (environments) => formOf(fields, environments),
      ...(action.cell && { cell: action.cell }),
      read: (params, environments) => action.read(params, environments, fields),
    };
  });
}

/** The default of a choice is its first value. Only one that has a setting heeds it. */
function withDefaults(fields: Fields, defaults: Defaults): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const value = defaults[name];
      const label = field.type === "choice" && value !== undefined ? field.values[value] : undefined;
      const isSet = field.type === "choice" && field.setting !== undefined;
      if (!isSet || value === undefined || label === undefined) return [name, field];
      return [name, { ...field, values: { [value]: label, ...field.values } }];
    }),
  );
}
