/** What steers the mapping: an action takes it from its form. */

import type { Visualization } from "./visualization";

export interface MappingOptions {
  propertyType: "user" | "account";
  /** The column that holds the identity or account id, as the person wrote it; empty: found by its tag. */
  heapField: string;
  /** Which name of a column becomes the property key. */
  propertyNames: "label" | "label_short" | "name" | "visualization";
  /** What becomes of a text over Heap's limit: it is cut, or left out. */
  longValues: "truncate" | "drop";
  /** Longest text, in UTF-16 code units: 1 to 1023. */
  maxValueLength: number;
  /** What becomes of a `null`: nothing is sent, or an empty text, which overwrites what Heap has. */
  emptyCells: "keep" | "clear";
  visualization: Visualization;
}
