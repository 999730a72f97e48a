/** Finds the field that holds the identity (or account id). Source of the order: "The outside contract" in the docs. */

import { FormError } from "../errors";
import type { MappingOptions } from "./options";
import type { Field, QueryFields } from "./query-result";

const TAGS = {
  user: ["heap_identity", "user_id", "email"],
  account: ["heap_account_id", "user_id", "email"],
} as const;

const WHAT = { user: "the user's identity", account: "the account id" } as const;

/** Most columns that an error message lists. */
const LISTED = 12;

/** @throws FormError when no field fits, or more than one */
export function findIdentityField(
  query: QueryFields,
  options: Pick<MappingOptions, "heapField" | "propertyType">,
): Field {
  const wanted = normal(options.heapField);
  const field = wanted === "" ? byTag(query.fields, options.propertyType) : byName(query.fields, wanted);
  if (field) {
    if (query.pivots.length > 0 && field.kind !== "dimension") {
      throw problem(
        `The column ${describe(field)} is pivoted, so it can't hold ${WHAT[options.propertyType]}.`,
      );
    }
    return field;
  }
  if (wanted === "") {
    throw problem(
      `Enter the name or label of the column that holds ${WHAT[options.propertyType]}, or tag it in LookML ` +
        `with ${TAGS[options.propertyType][0]}. ${columnsOf(query.fields)}`,
    );
  }
  throw problem(
    `No column of this query is called "${options.heapField.trim()}". ${columnsOf(query.fields)}`,
  );
}

function byName(fields: readonly Field[], wanted: string): Field | undefined {
  const levels = ["name", "label", "labelShort"] as const;
  for (const level of levels) {
    const hits = fields.filter((field) => normal(field[level]) === wanted);
    if (hits.length > 1) {
      throw problem(
        `More than one column is called "${hits[0]?.[level]}": ${hits.map((hit) => hit.name).join(" and ")}. ` +
          "Enter the field name of the one you mean.",
      );
    }
    if (hits[0]) return hits[0];
  }
  return undefined;
}

function byTag(fields: readonly Field[], type: MappingOptions["propertyType"]): Field | undefined {
  for (const tag of TAGS[type]) {
    const hits = fields.filter((field) => field.tags.some((own) => normal(own) === tag));
    if (hits.length > 1) {
      throw problem(
        `More than one column is tagged ${tag}: ${hits.map((hit) => hit.name).join(" and ")}. ` +
          "Enter the field name of the one you mean.",
      );
    }
    if (hits[0]) return hits[0];
  }
  return undefined;
}

function normal(text: string): string {
  return text.trim().toLowerCase();
}

function columnsOf(fields: readonly Field[]): string {
  if (fields.length === 0) return "The query has no columns.";
  const more = fields.length > LISTED ? ` and ${fields.length - LISTED} more` : "";
  return `Its columns are: ${fields.slice(0, LISTED).map(describe).join(", ")}${more}.`;
}

function describe(field: Field): string {
  return field.label === field.name ? field.name : `${field.label} (${field.name})`;
}

function problem(sentence: string): FormError {
  return new FormError({ heap_field: sentence });
}
