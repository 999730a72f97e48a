/** Whose properties they are, and how Heap finds them, as a form says. */

import type { KindName } from "../heap";

export function kindOfProperties(form: {
  property_type: "user" | "account";
  match_by: "identity" | "email";
}): KindName {
  return form.property_type === "user" && form.match_by === "email" ? "user_by_email" : form.property_type;
}
