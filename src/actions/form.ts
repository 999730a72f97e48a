/** The form as Looker shows it. */

import { type ChoiceField, defaultOf, type Field, type Fields, type OfferedEnvironment } from "./fields";

/** A form field in the words of Looker's protocol; `actions.json` has them in the same shape. */
export interface FormField {
  name: string;
  label: string;
  description: string;
  type: "string" | "select";
  required: boolean;
  /** What an empty value means. */
  default?: string;
  options?: { name: string; label: string }[];
}

/** @param environments where there are any, theirs is a choice */
export function formOf(fields: Fields, environments: readonly OfferedEnvironment[]): FormField[] {
  return Object.entries(fields).map(([name, field]) => formField(name, field, environments));
}

export function formField(
  name: string,
  field: Field,
  environments: readonly OfferedEnvironment[] = [],
): FormField {
  const { label, description, required } = field;
  const text: FormField = { name, label, description, type: "string", required };
  if (field.type === "choice") return { ...text, type: "select", ...choiceOf(field) };
  const [first] = environments;
  if (field.type === "text" || first === undefined) return text;
  return {
    ...text,
    type: "select",
    label: "Heap environment",
    default: first.id,
    options: environments.map(({ id, name: own }) => ({ name: id, label: `${own} (${id})` })),
  };
}

function choiceOf(field: ChoiceField): Required<Pick<FormField, "default" | "options">> {
  const options = Object.entries(field.values).map(([name, label]) => ({ name, label }));
  return { default: defaultOf(field), options };
}
