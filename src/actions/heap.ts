/** The action `heap`: every row of a query sets the properties of one user, or of one account. */

import { Mapper } from "../mapping";
import { type Declaration, defineAction } from "./action";
import type { Fields } from "./fields";
import { kindOfProperties } from "./kind-of-properties";
import { DRY_RUN, ENVIRONMENT, LONG_VALUES, MATCH_BY, PROPERTY_NAMES, PROPERTY_TYPE } from "./shared-fields";

export const FIELDS = {
  env_id: ENVIRONMENT,
  property_type: PROPERTY_TYPE,
  heap_field: {
    type: "text",
    label: "Column with the identity or account ID",
    description:
      "The column's name or label in this query, for example Users Email. Left empty, it is the column tagged " +
      "heap_identity (heap_account_id for accounts), user_id or email in LookML.",
    required: false,
  },
  match_by: MATCH_BY,
  property_names: PROPERTY_NAMES,
  empty_cells: {
    type: "choice",
    label: "Empty cells",
    description:
      "What becomes of a property whose cell is empty. Heap can't delete a property: an empty text is the nearest to it.",
    required: false,
    values: { keep: "Keep what Heap has", clear: "Overwrite it with an empty text" },
  },
  sync: {
    type: "choice",
    label: "What to send",
    description:
      "Only what changed: leaves out users whose properties are just as they were last delivered by this hub.",
    required: false,
    values: { all: "Everything", changed: "Only what changed" },
  },
  long_values: LONG_VALUES,
  dry_run: DRY_RUN,
} as const satisfies Fields;

export const HEAP: Declaration<typeof FIELDS> = {
  name: "heap",
  label: "Heap",
  fields: FIELDS,
  task: (values, { visualization, maxValueLength }) => ({
    environmentId: values.env_id,
    kind: kindOfProperties(values),
    dryRun: values.dry_run === "yes",
    longValues: values.long_values,
    sync: values.sync,
    mapper: (sink) =>
      new Mapper(
        {
          propertyType: values.property_type,
          heapField: values.heap_field,
          propertyNames: values.property_names,
          longValues: values.long_values,
          maxValueLength,
          emptyCells: values.empty_cells,
          visualization,
        },
        sink,
      ),
  }),
};

export const heap = defineAction(HEAP);
