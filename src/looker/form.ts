/** The form: what the person in Looker fills in, and what the values they enter mean. */

import type { IDataActionForm, IDataActionFormField } from "@looker/sdk";
import { FormError, SetupError } from "../errors";
import { LONG_VALUES, type MappingOptions, PROPERTY_NAMES, PROPERTY_TYPES } from "../mapping";
import type { Action, FormField } from "./manifest";

/** A Heap environment that the form offers. */
export interface OfferedEnvironment {
  name: string;
  id: string;
}

/** The form's values, checked. */
export interface FormValues extends Omit<MappingOptions, "hiddenFields"> {
  environmentId: string;
  sync: (typeof CHOICES.sync)[number];
  dryRun: boolean;
}

const CHOICES = {
  property_type: PROPERTY_TYPES,
  property_names: PROPERTY_NAMES,
  sync: ["all", "changed"],
  long_values: LONG_VALUES,
  dry_run: ["no", "yes"],
} as const;

const TEXTS = ["env_id", "heap_field"] as const;

/** @throws SetupError when the fields of `actions.json` are not those that the code reads */
export function checkForm(action: Action): void {
  const known: readonly string[] = [...TEXTS, ...Object.keys(CHOICES)];
  for (const field of action.form) {
    if (!known.includes(field.name))
      throw new SetupError(`actions.json has a form field nobody reads: ${field.name}.`);
  }
  for (const name of known) {
    const found = action.form.filter((field) => field.name === name).length;
    if (found === 0) throw new SetupError(`actions.json lacks the form field ${name}.`);
    if (found > 1) throw new SetupError(`actions.json has the form field ${name} more than once.`);
  }
  for (const name of TEXTS) {
    if (fieldOf(action, name)?.type !== "string") {
      throw new SetupError(`actions.json must give ${name} the type string.`);
    }
  }
  for (const [name, values] of Object.entries(CHOICES)) checkChoice(name, values, fieldOf(action, name));
}

/** What is shown as the default must be what an empty value means. */
function checkChoice(name: string, values: readonly string[], field: FormField | undefined): void {
  if (field?.type !== "select") throw new SetupError(`actions.json must give ${name} the type select.`);
  if (field.options?.map((option) => option.name).join() !== values.join()) {
    throw new SetupError(`actions.json must offer exactly these options for ${name}: ${values.join(", ")}.`);
  }
  if (field.default !== values[0]) {
    throw new SetupError(`actions.json must give ${name} the default ${values[0]}.`);
  }
}

/** The form as Looker shows it. With a list of environments, theirs is a choice. */
export function formOf(action: Action, environments: readonly OfferedEnvironment[]): IDataActionForm {
  return {
    fields: action.form.map((field): IDataActionFormField => {
      const shown = { interactive: false, ...field };
      if (field.name !== "env_id" || environments.length === 0) return shown;
      const options = environments.map(({ id, name }) => ({ name: id, label: `${name} (${id})` }));
      return {
        ...shown,
        type: "select",
        label: "Heap environment",
        options,
        default: options[0]?.name ?? null,
      };
    }),
  };
}

/**
 * @param params as Looker sends them: strings, and missing, null or empty where nothing was entered
 * @throws FormError with a sentence for each field that is wrong
 */
export function readForm(
  action: Action,
  params: Readonly<Record<string, unknown>>,
  environments: readonly OfferedEnvironment[],
): FormValues {
  const problems: Record<string, string> = {};
  const environmentId = textOf(params["env_id"]);
  const environmentProblem = checkEnvironment(environmentId, environments);
  if (environmentProblem !== undefined) problems["env_id"] = environmentProblem;

  const choose = <T extends string>(name: string, values: readonly [T, ...T[]]): T => {
    const field = fieldOf(action, name);
    const entered = textOf(params[name]).toLowerCase();
    const chosen = values.find((value) => value === entered);
    if (chosen === undefined && (entered !== "" || field?.required)) {
      problems[name] = `Choose one of ${optionsOf(field)} for "${field?.label ?? name}".`;
    }
    return chosen ?? values[0];
  };
  const values: FormValues = {
    environmentId,
    heapField: textOf(params["heap_field"]),
    propertyType: choose("property_type", CHOICES.property_type),
    propertyNames: choose("property_names", CHOICES.property_names),
    sync: choose("sync", CHOICES.sync),
    longValues: choose("long_values", CHOICES.long_values),
    dryRun: choose("dry_run", CHOICES.dry_run) === "yes",
  };
  if (Object.keys(problems).length > 0) throw new FormError(problems);
  return values;
}

function checkEnvironment(id: string, environments: readonly OfferedEnvironment[]): string | undefined {
  if (id === "") return "Enter the ID of the Heap environment to send to.";
  if (!/^\d+$/.test(id)) return `A Heap environment ID is digits only, and "${id}" is not.`;
  if (environments.length === 0 || environments.some((each) => each.id === id)) return undefined;
  const offered = environments.map((each) => `${each.name} (${each.id})`).join(", ");
  return `This hub may not send to Heap environment ${id}. Choose one of ${offered}.`;
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? "" : String(value).trim();
}

function fieldOf(action: Action, name: string): FormField | undefined {
  return action.form.find((field) => field.name === name);
}

function optionsOf(field: FormField | undefined): string {
  return (field?.options ?? []).map((option) => option.name).join(", ");
}
