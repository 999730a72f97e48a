/** Form fields that mean the same in every action that has them. */

import type { Fields } from "./fields";

const SHARED = {
  environment: {
    type: "environment",
    label: "Heap environment ID",
    description: "The digits shown in Heap under Projects, for example 1234567890.",
    required: true,
  },
  propertyType: {
    type: "choice",
    label: "What each row is",
    description: "A row sets the properties of one user, or of one account.",
    required: true,
    values: { user: "User", account: "Account" },
  },
  matchBy: {
    type: "choice",
    label: "How Heap finds a user",
    description:
      "By identity, a user that Heap does not have yet is created. By e-mail, as Heap's own Looker action does it, the " +
      "properties go to the user who has that e-mail in Heap. For accounts it has no effect.",
    required: false,
    values: { identity: "By identity", email: "By e-mail" },
    setting: "HEAP_MATCH_BY",
  },
  propertyNames: {
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
  longValues: {
    type: "choice",
    label: "Long texts",
    description:
      "Texts over 255 characters, or over the hub's own limit for Heap. The reply counts what was cut or left out.",
    required: false,
    values: { truncate: "Cut them", drop: "Leave them out" },
  },
  dryRun: {
    type: "choice",
    label: "Try without sending",
    description: "Reads the result, checks everything and reports, but sends nothing to Heap.",
    required: false,
    values: { no: "No, send", yes: "Yes, only check" },
  },
} as const satisfies Fields;

export const ENVIRONMENT = SHARED.environment;
export const PROPERTY_TYPE = SHARED.propertyType;
export const MATCH_BY = SHARED.matchBy;
export const PROPERTY_NAMES = SHARED.propertyNames;
export const LONG_VALUES = SHARED.longValues;
export const DRY_RUN = SHARED.dryRun;
