/** Which property key a column gets: "Rules of the mapping" in the docs. */

import type { MappingOptions } from "./options";
import type { Column, Field } from "./query-result";
import { nameGiven } from "./visualization";

type Names = Pick<MappingOptions, "propertyNames" | "visualization">;

const PROPERTY_TAG = "heap_property:";
const IGNORE_TAG = "heap_ignore";

/** The name that a `heap_property:NAME` tag gives the field; it may be empty. */
export function taggedKey(field: Field): string | undefined {
  const tag = field.tags.find((own) => own.trim().toLowerCase().startsWith(PROPERTY_TAG));
  return tag?.trim().slice(PROPERTY_TAG.length).trim();
}

export function isIgnored(field: Field): boolean {
  return field.tags.some((tag) => tag.trim().toLowerCase() === IGNORE_TAG);
}

/** The key before pivots and before two columns with the same key are told apart. */
function plainKey(field: Field, { propertyNames, visualization }: Names): string {
  const { name, label, labelShort } = field;
  const byName = {
    label,
    label_short: labelShort,
    name,
    visualization: nameGiven(visualization, name) ?? label,
  };
  return builtIn(taggedKey(field) ?? byName[propertyNames]);
}

/**
 * Heap's built-in Email property is written with the key `email`; any other casing would make a new property.
 * Source: Heap's page on addUserProperties.
 */
export function builtIn(key: string): string {
  return key.toLowerCase() === "email" ? "email" : key;
}

/** Keys for fields by name, each different: where two would be the same, each becomes `Key (view.field)`. */
export function distinctKeys(
  fields: readonly Field[],
  names: Names,
): Map<string, { key: string; asked: string }> {
  const keys = new Map(fields.map((field) => [field.name, plainKey(field, names)]));
  for (let again = true; again; ) {
    const counts = new Map<string, number>();
    for (const key of keys.values()) counts.set(key, (counts.get(key) ?? 0) + 1);
    again = false;
    for (const [name, key] of keys) {
      if ((counts.get(key) ?? 0) < 2) continue;
      keys.set(name, `${key} (${name})`);
      again = true;
    }
  }
  return new Map(
    fields.map((field) => [field.name, { key: keys.get(field.name) ?? "", asked: plainKey(field, names) }]),
  );
}

/** `Key`, `Key (pivot value)`, `Key (a, b)` or `Key (Total)`. */
export function pivotedKey(key: string, pivot: Column["pivot"]): string {
  if (pivot === undefined) return key;
  return `${key} (${pivot === "total" ? "Total" : pivot.join(", ")})`;
}
