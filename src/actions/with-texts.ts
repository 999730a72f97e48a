/** Puts the texts of `actions.json` into declared fields: the operator may change what is read, not what it means. */

import { SetupError } from "../errors";
import type { Field, Fields } from "./fields";
import { type FormField, formField } from "./form";

/**
 * @param texts fields of `actions.json`, in the order in which they are shown; of those it leaves out, the texts that
 *   are declared stand, each after the field that it is declared after
 * @throws SetupError when it has a field that is not declared, has one twice, or says anything but a text otherwise
 */
export function withTexts(declared: Fields, texts: readonly FormField[]): Fields {
  const shown = new Map<string, Field>();
  for (const text of texts) {
    const { name } = text;
    const field = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (!field) throw new SetupError(`actions.json has a form field nobody reads: ${name}.`);
    if (shown.has(name)) throw new SetupError(`actions.json has the form field ${name} more than once.`);
    const problem = problemOf(formField(name, field), text);
    if (problem !== undefined) throw new SetupError(`actions.json must ${problem}.`);
    shown.set(name, withText(field, text));
  }
  const all = [...shown];
  let next = 0;
  for (const [name, field] of Object.entries(declared)) {
    if (!shown.has(name)) all.splice(next, 0, [name, field]);
    next = all.findIndex(([own]) => own === name) + 1;
  }
  return Object.fromEntries(all);
}

/** What is shown must be what is read. @returns what the file must do, as part of a sentence */
function problemOf(declared: FormField, text: FormField): string | undefined {
  const { name, type, required } = declared;
  if (text.type !== type) return `give ${name} the type ${type}`;
  const values = valuesOf(declared);
  if (valuesOf(text) !== values)
    return values === undefined
      ? `offer no options for ${name}`
      : `offer exactly these options for ${name}: ${values}`;
  if (text.default !== declared.default)
    return declared.default === undefined
      ? `give ${name} no default`
      : `give ${name} the default ${declared.default}`;
  if (text.required !== required) return `say of ${name} that required is ${required}`;
  return undefined;
}

function valuesOf({ options }: FormField): string | undefined {
  return options?.map(({ name }) => name).join(", ");
}

function withText(field: Field, { label, description, options = [] }: FormField): Field {
  if (field.type !== "choice") return { ...field, label, description };
  const values = Object.fromEntries(options.map((option) => [option.name, option.label]));
  return { ...field, label, description, values };
}
