/** What a query's visualization in Looker says of its columns. Plain data: it is kept with a delivery. */

import type { Column } from "./query-result";

export interface Visualization {
  /** Field names that it hides. */
  hiddenFields: readonly string[];
  /** Pivot key → what it hides there: everything, or these measures. */
  hiddenPivots: Readonly<Record<string, true | readonly string[]>>;
  /** Field name, or `PIVOT - field` → the name that the person gave it there. */
  seriesLabels: Readonly<Record<string, string>>;
}

export const NO_VISUALIZATION: Visualization = { hiddenFields: [], hiddenPivots: {}, seriesLabels: {} };

/** In Looker's words. Between the values of several pivots stands `PIVOT_SEPARATOR`. */
export const TOTAL_KEY = "$$$_row_total_$$$";
export const PIVOT_SEPARATOR = "|FIELD|";

/** Why a column is hidden in the visualization; undefined: it is not. */
export function whyHidden(
  { hiddenFields, hiddenPivots }: Visualization,
  { field, pivot }: Pick<Column, "field" | "pivot">,
): string | undefined {
  if (hiddenFields.includes(field.name)) return "It is hidden in the visualization.";
  if (pivot === undefined) return undefined;
  const hidden = own(hiddenPivots, keyOf(pivot));
  const what = pivot === "total" ? "The row total" : "This pivot";
  if (hidden === true) return `${what} is hidden in the visualization.`;
  if (!hidden?.includes(field.name)) return undefined;
  return `It is hidden ${pivot === "total" ? "in the row total" : "under this pivot"} in the visualization.`;
}

/** The name that a field was given; undefined: none. */
export function nameGiven({ seriesLabels }: Visualization, field: string): string | undefined {
  const label = own(seriesLabels, field)?.trim();
  return label === "" ? undefined : label;
}

/** The name that a field was given under one pivot alone; undefined: none. */
export function nameGivenToPivot(
  visualization: Visualization,
  { field, pivot }: Pick<Column, "field" | "pivot">,
): string | undefined {
  return pivot && nameGiven(visualization, `${keyOf(pivot)} - ${field.name}`);
}

function keyOf(pivot: NonNullable<Column["pivot"]>): string {
  return pivot === "total" ? TOTAL_KEY : pivot.join(PIVOT_SEPARATOR);
}

/** Names come from Looker: `constructor` may be one. */
function own<T>(of: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}
