/** The form's choices that steer the mapping. The first value of each is the default. */

export const PROPERTY_NAMES = ["label", "label_short", "name"] as const;
export const LONG_VALUES = ["truncate", "drop"] as const;
export const PROPERTY_TYPES = ["user", "account"] as const;

export interface MappingOptions {
  propertyType: (typeof PROPERTY_TYPES)[number];
  /** The column that holds the identity or account id, as the person wrote it; empty: found by its tag. */
  heapField: string;
  propertyNames: (typeof PROPERTY_NAMES)[number];
  longValues: (typeof LONG_VALUES)[number];
  /** Field names that the visualization hides. */
  hiddenFields: readonly string[];
}
