/** Reads the `fields` object of a result into the fields that mapping works with. */

import type { Field, FieldKind, QueryFields } from "../../mapping";
import { DocumentError } from "./document-error";

/** A field, with the other names under which some results key its cells. */
export interface DocumentField {
  field: Field;
  /** Whether its cells nest by pivot value. */
  pivoted: boolean;
  aliases: string[];
}

const KINDS: readonly (readonly [key: string, kind: FieldKind])[] = [
  ["dimensions", "dimension"],
  ["measures", "measure"],
  ["table_calculations", "table calculation"],
];

/** The fields of a document, and what of them mapping works with. */
export interface DocumentFields {
  fields: DocumentField[];
  query: QueryFields;
}

/**
 * @param value the parsed `fields` of the document; `null` stands for none
 * @throws DocumentError when it is anything but an object
 */
export function readFields(value: unknown): DocumentFields {
  if (value === null) return { fields: [], query: { fields: [], pivots: [] } };
  if (!isObject(value)) throw new DocumentError("its field list is not one");
  const pivots = listOf(value["pivots"])
    .map((pivot) => pivot["name"])
    .filter(isText);
  const fields = KINDS.flatMap(([key, kind]) =>
    listOf(value[key]).flatMap((raw) => readField(raw, kind, pivots.length > 0)),
  );
  return { fields, query: { fields: fields.map(({ field }) => field), pivots } };
}

function readField(raw: Record<string, unknown>, kind: FieldKind, pivotedQuery: boolean): DocumentField[] {
  const name = raw["name"];
  if (!isText(name)) return [];
  const label = isText(raw["label"]) ? raw["label"] : name;
  const labelShort = isText(raw["label_short"]) ? raw["label_short"] : label;
  const groupLabel = raw["field_group_label"];
  const groupVariant = raw["field_group_variant"];
  return [
    {
      field: {
        name,
        label,
        labelShort,
        kind,
        tags: Array.isArray(raw["tags"]) ? raw["tags"].filter(isText) : [],
        hidden: raw["hidden"] === true,
      },
      pivoted: pivotedQuery && kind !== "dimension",
      aliases: [label, labelShort, groupVariant, groupLabel].filter(isText),
    },
  ];
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
