/** The action `heap`: every row of a query sets the properties of one user, or of one account. */

import type { KindName } from "../heap";
import { Mapper } from "../mapping";
import { type Declaration, defineAction } from "./action";
import type { Fields, ValuesOf } from "./fields";
import { DRY_RUN, ENVIRONMENT, LONG_VALUES, PROPERTY_NAMES } from "./shared-fields";

export const FIELDS = {
  env_id: ENVIRONMENT,
  property_type: {
    type: "choice",
    label: "What each row is",
    description: "A row sets the properties of one user, or of one account.",
    required: true,
    values: { user: "User", account: "Account" },
  },
  heap_field: {
    type: "text",
    label: "Column with the identity or account ID",
    description:
      "The column's name or label in this query, for example Users Email. Left empty, it is the column tagged " +
      "heap_identity (heap_account_id for accounts), user_id or email in LookML.",
    required: false,
  },
  match_by: {
    type: "choice",
    label: "How Heap finds a user",
    description:
      "By identity, a user that Heap does not have yet is created. By e-mail, as Heap's own Looker action does it, the " +
      "properties go to the user who has that e-mail in Heap. For accounts it has no effect.",
    required: false,
    values: { identity: "By identity", email: "By e-mail" },
    setting: "HEAP_MATCH_BY",
  },
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

function kindOf({ property_type, match_by }: ValuesOf<typeof FIELDS>): KindName {
  return property_type === "user" && match_by === "email" ? "user_by_email" : property_type;
}

export const HEAP: Declaration<typeof FIELDS> = {
  name: "heap",
  label: "Heap",
  fields: FIELDS,
  task: (values, { visualization, maxValueLength }) => ({
    environmentId: values.env_id,
    kind: kindOf(values),
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
