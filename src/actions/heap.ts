/** The action `heap`: every row of a query sets the properties of one user, or of one account. */

import { Mapper } from "../mapping";
import { type Declaration, defineAction } from "./action";
import type { Fields } from "./fields";

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
  property_names: {
    type: "choice",
    label: "Property names",
    description: "Which name of a column becomes the property's name in Heap.",
    required: false,
    values: {
      label: "Label (Users Signup Date)",
      label_short: "Short label (Signup Date)",
      name: "Field name (users.signup_date)",
    },
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
    label: "Texts over 255 characters",
    description: "Heap takes 255 characters. The reply counts what was cut or left out.",
    required: false,
    values: { truncate: "Cut them to 255 characters", drop: "Leave them out" },
  },
  dry_run: {
    type: "choice",
    label: "Try without sending",
    description: "Reads the result, checks everything and reports, but sends nothing to Heap.",
    required: false,
    values: { no: "No, send", yes: "Yes, only check" },
  },
} as const satisfies Fields;

export const HEAP: Declaration<typeof FIELDS> = {
  name: "heap",
  label: "Heap",
  fields: FIELDS,
  task: (values, { hiddenFields }) => ({
    environmentId: values.env_id,
    kind: values.property_type,
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
          hiddenFields,
        },
        sink,
      ),
  }),
};

export const heap = defineAction(HEAP);
