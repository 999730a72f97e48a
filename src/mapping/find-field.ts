/** Finds the field that a form names, or that LookML tags. Source of the order: "The outside contract" in the docs. */

import { FormError } from "../errors";
import type { Field, QueryFields } from "./query-result";

/** A field of the form that names a column, and what that column holds. */
export interface Asked {
  /** Name of the form field. */
  formField: string;
  /** The column, as the person wrote it; empty: found by its tag. */
  entered: string;
  /** Tags of LookML that say it too; the first that a column has counts. */
  tags: readonly string[];
  /** As part of a sentence: "the user's identity". */
  what: string;
}

/** Most columns that an error message lists. */
const LISTED = 12;

/**
 * @returns undefined when none is named, and none is tagged
 * @throws FormError when none has the name that was entered, or more than one fits
 */
export function findField(query: QueryFields, asked: Asked): Field | undefined {
  const wanted = normal(asked.entered);
  const field = wanted === "" ? byTag(query.fields, asked) : byName(query.fields, wanted, asked);
  if (!field && wanted !== "")
    throw problem(asked, `No column of this query is called "${asked.entered.trim()}". ${columnsOf(query)}`);
  if (field && query.pivots.length > 0 && field.kind !== "dimension")
    throw problem(asked, `The column ${describeField(field)} is pivoted, so it can't hold ${asked.what}.`);
  return field;
}

function byName(fields: readonly Field[], wanted: string, asked: Asked): Field | undefined {
  const levels = ["name", "label", "labelShort"] as const;
  for (const level of levels) {
    const hits = fields.filter((field) => normal(field[level]) === wanted);
    if (hits.length > 1) throw severalProblem(asked, `called "${hits[0]?.[level]}"`, hits);
    if (hits[0]) return hits[0];
  }
  return undefined;
}

function byTag(fields: readonly Field[], asked: Asked): Field | undefined {
  for (const tag of asked.tags) {
    const hits = fields.filter((field) => field.tags.some((own) => normal(own) === tag));
    if (hits.length > 1) throw severalProblem(asked, `tagged ${tag}`, hits);
    if (hits[0]) return hits[0];
  }
  return undefined;
}

function normal(text: string): string {
  return text.trim().toLowerCase();
}

/** A sentence that lists them. */
export function columnsOf({ fields }: QueryFields): string {
  if (fields.length === 0) return "The query has no columns.";
  const more = fields.length > LISTED ? ` and ${fields.length - LISTED} more` : "";
  return `Its columns are: ${fields.slice(0, LISTED).map(describeField).join(", ")}${more}.`;
}

function describeField(field: Field): string {
  return field.label === field.name ? field.name : `${field.label} (${field.name})`;
}

function severalProblem(asked: Asked, are: string, hits: readonly Field[]): FormError {
  const names = hits.map((hit) => hit.name).join(" and ");
  return problem(
    asked,
    `More than one column is ${are}: ${names}. Enter the field name of the one you mean.`,
  );
}

function problem({ formField }: Asked, sentence: string): FormError {
  return new FormError({ [formField]: sentence });
}
