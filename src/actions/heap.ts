/** The action `heap`: every row of a query sets the properties of one user, or of one account. */

import type { KindName } from "../heap";
import { Mapper } from "../mapping";
import { type Declaration, defineAction } from "./action";
import type { Fields, ValuesOf } from "./fields";

export const FIELDS = {
  env_id: {
    type: "environment",
    label: "Heap environment ID",
    description: "The digits shown in Heap under Projects, for example 1234567890.",
    required: true,
  },
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
  property_names: {
    type: "choice",
    label: "Property names",
    description:
      "Which name of a column becomes the property's name in Heap. In the visualization a column can be renamed without LookML.",
    required: false,
    values: {
      label: "Label (Users Signup Date)",
      label_short: "Short label (Signup Date)",
      name: "Field name (users.signup_date)",
      visualization: "Name given in the visualization",
    },
  },
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
  long_values: {
    type: "choice",
    label: "Long texts",
    description:
      "Texts over 255 characters, or over the hub's own limit for Heap. The reply counts what was cut or left out.",
    required: false,
    values: { truncate: "Cut them", drop: "Leave them out" },
  },
  dry_run: {
    type: "choice",
    label: "Try without sending",
    description: "Reads the result, checks everything and reports, but sends nothing to Heap.",
    required: false,
    values: { no: "No, send", yes: "Yes, only check" },
  },
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
