/** The params of an action that are bound to a user attribute: what Looker puts into `data` for a user. */

import type { CallData } from "../hub-client";
import type { LookerInstance, StoredIntegration } from "./instance";

/** @returns undefined when the user has no value for one that is required: the action is not offered to this user */
export function paramsOfUser(
  { params }: StoredIntegration,
  user: string,
  { userAttributes }: LookerInstance,
): CallData | undefined {
  const data: Record<string, string> = {};
  for (const { name, required, user_attribute_name: bound } of params ?? []) {
    if (!name || !bound) continue;
    const attribute = userAttributes.find((each) => each.name === bound);
    const value = attribute?.values.get(user) ?? attribute?.default_value ?? "";
    if (value !== "") data[name] = value;
    else if (required) return undefined;
  }
  return data;
}
