/** What steers the mapping: an action takes it from its form. */

export interface MappingOptions {
  propertyType: "user" | "account";
  /** The column that holds the identity or account id, as the person wrote it; empty: found by its tag. */
  heapField: string;
  /** Which name of a column becomes the property key. */
  propertyNames: "label" | "label_short" | "name";
  /** What becomes of a text over Heap's limit: it is cut, or left out. */
  longValues: "truncate" | "drop";
  /** Field names that the visualization hides. */
  hiddenFields: readonly string[];
}
