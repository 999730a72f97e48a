/** The plan of a delivery: which column is the identity, and which property key each other column gets. */

import { isForbiddenKey, MAX_KEY_LENGTH, type MappedColumn } from "../batches";
import { type FixedBytes, fixedBytes } from "../byte-writer";
import { findIdentityField } from "./identity-field";
import type { MappingOptions } from "./options";
import { builtIn, distinctKeys, isIgnored, pivotedKey, taggedKey } from "./property-keys";
import type { Column, Field, QueryFields } from "./query-result";
import { nameGivenToPivot, whyHidden } from "./visualization";

/** A column that is sent. */
export interface Property {
  key: string;
  /** The key as JSON text with the comma before it and its colon: `,"Key":`. */
  keyText: FixedBytes;
  /** The column's name for the report. */
  column: string;
}

const NONE: ReadonlyMap<Field, string> = new Map();

export class Plan {
  /** `Column.index` of the identity; -1 until that column is met. */
  identityColumn = -1;
  /** By `Column.index`; undefined where the column is not sent. */
  readonly properties: (Property | undefined)[] = [];

  private readonly identity: Field;
  private readonly keys: ReturnType<typeof distinctKeys>;
  private readonly taken = new Set<string>();

  /**
   * @param apart fields that are no properties unless a tag names theirs → why, a whole sentence
   * @throws FormError when the form does not say which column is the identity
   */
  constructor(
    query: QueryFields,
    private readonly options: MappingOptions,
    private readonly apart: ReadonlyMap<Field, string> = NONE,
  ) {
    this.identity = findIdentityField(query, options);
    const sent = query.fields.filter(
      (field) => (this.whyNotSent(field) ?? this.whyHidden({ field })) === undefined,
    );
    this.keys = distinctKeys(sent, options);
  }

  /** Plans a column that has just been met, and says what became of it. */
  add(column: Column): MappedColumn {
    const { field, index } = column;
    if (field === this.identity) this.identityColumn = index;
    const label = column.pivot ? pivotedKey(field.label, column.pivot) : field.label;
    const mapped = { name: field.name, label, isIdentity: field === this.identity };
    const whyNot = this.whyNotSent(field) ?? this.whyHidden(column);
    if (whyNot !== undefined) return { ...mapped, note: whyNot, tell: false };

    const { key, note } = this.keyOf(column);
    const problem = keyProblem(key);
    if (problem !== undefined) {
      return {
        ...mapped,
        note: `${describe(mapped)} was left out: ${problem} ${howToRename(field)}`,
        tell: true,
      };
    }
    this.taken.add(key);
    this.properties[index] = {
      key,
      keyText: fixedBytes(Buffer.from(`,${JSON.stringify(key)}:`)),
      column: describe(mapped),
    };
    return { ...mapped, key, ...(note !== undefined && { note }), tell: note !== undefined };
  }

  private keyOf(column: Column): { key: string; note?: string } {
    const { field, pivot } = column;
    const known = this.keys.get(field.name) ?? { key: field.name, asked: field.name };
    const key = builtIn(this.nameUnderPivot(column) ?? pivotedKey(known.key, pivot));
    if (this.taken.has(key)) {
      // Only a pivot value can bring this about: `Count (Total)` beside the row total.
      let own = key;
      while (this.taken.has(own)) own = `${own} (${field.name})`;
      return { key: own, note: `Two columns would be "${key}": ${field.name} is sent as "${own}".` };
    }
    if (known.key === known.asked) return { key };
    return { key, note: `Two columns would be "${known.asked}": ${field.name} is sent as "${key}".` };
  }

  /** Renamed in the visualization under this pivot alone: the name is all of the key. */
  private nameUnderPivot(column: Column): string | undefined {
    const { propertyNames, visualization } = this.options;
    if (propertyNames !== "visualization" || taggedKey(column.field) !== undefined) return undefined;
    return nameGivenToPivot(visualization, column);
  }

  private whyNotSent(field: Field): string | undefined {
    const tagged = taggedKey(field) !== undefined;
    if (field === this.identity && !tagged) return "It holds the identity.";
    const apart = tagged ? undefined : this.apart.get(field);
    if (apart !== undefined) return apart;
    if (isIgnored(field)) return "It is tagged heap_ignore.";
    if (field.hidden) return "It is hidden in LookML.";
    return undefined;
  }

  private whyHidden(column: Pick<Column, "field" | "pivot">): string | undefined {
    return whyHidden(this.options.visualization, column);
  }
}

function keyProblem(key: string): string | undefined {
  if (key.trim() === "") return "it has no name.";
  if (key.length > MAX_KEY_LENGTH) return `its name is longer than ${MAX_KEY_LENGTH} characters.`;
  if (isForbiddenKey(key)) return `Heap takes no property called "${key}".`;
  return undefined;
}

function howToRename(field: Field): string {
  return field.kind === "table calculation"
    ? "Rename the table calculation to send it."
    : "To send it, tag the field in LookML with heap_property:NAME.";
}

function describe(column: { label: string; name: string }): string {
  return column.label === column.name ? column.name : `${column.label} (${column.name})`;
}
