/** The form's fields of an action as options of a command. */

import { type Command, Option } from "commander";
import { ACTIONS, type Action, defaultOf, type Field, type Fields } from "../actions";
import { FormError, SetupError } from "../errors";
import type { OfferedAction, OfferedEnvironment } from "../looker";

/** Values of a command's options, by the names that commander gives them. */
type OptionValues = Readonly<Record<string, unknown>>;

/** What stands for the value in the help. */
const PLACEHOLDERS = { text: "text", choice: "choice", environment: "digits" } as const;

/**
 * An option for each field, with the texts that are declared: the help is there also where `actions.json` is wrong. Of a field
 * that several actions have, it has those of the first.
 */
export function addFormOptions(command: Command, actions: readonly Action[]): Command {
  const added = new Set<string>();
  for (const { label, fields } of actions) {
    for (const [name, field] of Object.entries(fields)) {
      if (added.has(name)) continue;
      added.add(name);
      command.addOption(optionFor(name, field).helpGroup(`Form of the action ${label}:`));
    }
  }
  return command;
}

/**
 * Form field → its value, as Looker would send it; what was left out is not there.
 * @throws SetupError when an option was given that is of another action
 */
export function formParams({ name: action, fields }: Action, options: OptionValues): Record<string, string> {
  const foreign = foreignOption(fields, options);
  if (foreign !== undefined) throw new SetupError(`The action ${action} has no ${foreign}.`);
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const value = options[optionFor(name, field).attributeName()];
      if (typeof value === "string") return [[name, value]];
      return isFlag(field) ? [[name, value === true ? "yes" : "no"]] : [];
    }),
  );
}

/** The flag of an option that was given, and that only other actions have. */
function foreignOption(fields: Fields, options: OptionValues): string | undefined {
  for (const other of ACTIONS) {
    for (const [name, field] of Object.entries(other.fields)) {
      if (Object.hasOwn(fields, name)) continue;
      const option = optionFor(name, field);
      const value = options[option.attributeName()];
      if (value !== undefined && value !== option.defaultValue) return option.long ?? name;
    }
  }
  return undefined;
}

/** @throws SetupError with a sentence for each value that is wrong */
export function readForm(
  action: OfferedAction,
  params: Readonly<Record<string, string>>,
  environments: readonly OfferedEnvironment[],
): Readonly<Record<string, string>> {
  try {
    return action.read(params, environments);
  } catch (error) {
    if (error instanceof FormError) throw new SetupError(error.message);
    throw error;
  }
}

/** `env_id` becomes `--env-id`; a choice between no and yes a flag. */
function optionFor(name: string, field: Field): Option {
  const flag = `--${name.replaceAll("_", "-")}`;
  if (isFlag(field)) return new Option(flag, describe(field)).default(false);
  const option = new Option(`${flag} <${PLACEHOLDERS[field.type]}>`, describe(field));
  if (field.type === "choice" && field.setting === undefined) return option.default(defaultOf(field));
  return option.makeOptionMandatory(field.required && field.type !== "choice");
}

function isFlag(field: Field): boolean {
  return field.type === "choice" && Object.keys(field.values).join() === "no,yes";
}

function describe(field: Field): string {
  const text = `${field.label}. ${field.description}`;
  if (field.type !== "choice" || isFlag(field)) return text;
  return `${text} One of: ${Object.keys(field.values).join(", ")}.${field.setting === undefined ? "" : ` Left out: as ${field.setting} says.`}`;
}
