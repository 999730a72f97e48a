/** Finds the field that holds the identity (or account id). */

import { FormError } from "../errors";
import { columnsOf, findField } from "./find-field";
import type { MappingOptions } from "./options";
import type { Field, QueryFields } from "./query-result";

const TAGS = {
  user: ["heap_identity", "user_id", "email"],
  account: ["heap_account_id", "user_id", "email"],
} as const;

const WHAT = { user: "the user's identity", account: "the account id" } as const;

/** @throws FormError when no field fits, or more than one */
export function findIdentityField(
  query: QueryFields,
  { heapField, propertyType }: Pick<MappingOptions, "heapField" | "propertyType">,
): Field {
  const what = WHAT[propertyType];
  const tags = TAGS[propertyType];
  const field = findField(query, { formField: "heap_field", entered: heapField, tags, what });
  if (field) return field;
  throw new FormError({
    heap_field:
      `Enter the name or label of the column that holds ${what}, or tag it in LookML with ${tags[0]}. ` +
      columnsOf(query),
  });
}
