/** Reads what was entered into a form. */

import { FormError } from "../errors";
import {
  defaultOf,
  type Field,
  type Fields,
  type FormValues,
  type OfferedEnvironment,
  type ValuesOf,
} from "./fields";

type Read = { value: string } | { problem: string };

/**
 * @param params as Looker sends them: strings, and missing, null or empty where nothing was entered
 * @param environments that may be sent to; empty: any
 * @param shown the same fields with the texts that the person has read
 * @throws FormError with a sentence for each field that is wrong
 */
export function readForm<F extends Fields>(
  fields: F,
  params: Readonly<Record<string, unknown>>,
  environments: readonly OfferedEnvironment[],
  shown: Fields = fields,
): FormValues & ValuesOf<F> {
  const values: Record<string, string> = {};
  const problems: Record<string, string> = {};
  for (const [name, field] of Object.entries(fields)) {
    const read = readField(shown[name] ?? field, textOf(params[name]), environments);
    if ("value" in read) values[name] = read.value;
    else problems[name] = read.problem;
  }
  if (areAllOf(fields, values)) return values;
  throw new FormError(problems);
}

function areAllOf<F extends Fields>(fields: F, values: FormValues): values is FormValues & ValuesOf<F> {
  return Object.keys(fields).every((name) => Object.hasOwn(values, name));
}

function readField(field: Field, entered: string, environments: readonly OfferedEnvironment[]): Read {
  switch (field.type) {
    case "text":
      return entered === "" && field.required
        ? { problem: `Enter something for "${field.label}".` }
        : { value: entered };
    case "choice": {
      if (entered === "" && !field.required) return { value: defaultOf(field) };
      const values = Object.keys(field.values);
      const value = values.find((each) => each === entered.toLowerCase());
      if (value !== undefined) return { value };
      const refused = Object.entries(field.refused ?? {}).find(([each]) => each === entered.toLowerCase());
      return { problem: refused?.[1] ?? `Choose one of ${values.join(", ")} for "${field.label}".` };
    }
    case "environment": {
      const problem = environmentProblem(entered, environments);
      return problem === undefined ? { value: entered } : { problem };
    }
  }
}

function environmentProblem(id: string, environments: readonly OfferedEnvironment[]): string | undefined {
  if (id === "") return "Enter the ID of the Heap environment to send to.";
  if (!/^\d+$/.test(id)) return `A Heap environment ID is digits only, and "${id}" is not.`;
  if (environments.length === 0 || environments.some((each) => each.id === id)) return undefined;
  const offered = environments.map((each) => `${each.name} (${each.id})`).join(", ");
  return `This hub may not send to Heap environment ${id}. Choose one of ${offered}.`;
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? "" : String(value).trim();
}
