/** Reads the settings of a query's visualization. All of it may be missing, or of another type: that says nothing then. */

import type { Visualization } from "../mapping";

/** @param settings `vis_config` of the query */
export function readVisualization(settings: unknown): Visualization {
  const { hidden_fields, hidden_pivots, series_labels } = objectOf(settings);
  return {
    hiddenFields: textsOf(hidden_fields),
    hiddenPivots: Object.fromEntries(Object.entries(objectOf(hidden_pivots)).flatMap(hiddenPivot)),
    seriesLabels: Object.fromEntries(
      Object.entries(objectOf(series_labels)).flatMap(([name, label]) =>
        typeof label === "string" ? [[name, label]] : [],
      ),
    ),
  };
}

function hiddenPivot([key, value]: [string, unknown]): [string, true | string[]][] {
  const { is_entire_pivot_hidden, measure_names } = objectOf(value);
  if (is_entire_pivot_hidden === true) return [[key, true]];
  const measures = textsOf(measure_names);
  return measures.length > 0 ? [[key, measures]] : [];
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
