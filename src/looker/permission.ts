/** Which Heap environments whoever is in Looker may send to: the value of a user attribute there. */

import { FormError } from "../errors";

/** Asks Looker for the value, and has it offer the action only to users who have one. */
export function permissionParam(attribute: string): object {
  return {
    name: attribute,
    label: "Heap environments",
    description: "The Heap environments that a user may send to: their IDs, separated by commas, or all.",
    required: true,
    sensitive: false,
    user_attribute_name: attribute,
  };
}

/** What a user may send to. */
export interface Permission {
  allows(environmentId: string): boolean;
  /** As the user's attribute has it. */
  value: string;
}

/**
 * @param data of the request: Looker puts the user's attributes there
 * @throws FormError for the field `env_id` when there is no value, or none that can be used
 */
export function permissionIn(data: unknown, attribute: string): Permission {
  const given = isObject(data) && Object.hasOwn(data, attribute) ? data[attribute] : undefined;
  const value = typeof given === "string" || typeof given === "number" ? String(given).trim() : "";
  const howTo = "environment IDs separated by commas (123,456), or all. Your Looker admin can set it.";
  if (value === "") {
    throw new FormError({
      env_id: `You may not send to Heap from here: your user attribute ${attribute} has no value. It takes ${howTo}`,
    });
  }
  const parts = value.split(",").map((part) => part.trim());
  if (value.toLowerCase() === "all") return { value, allows: () => true };
  if (parts.every((part) => /^\d+$/.test(part))) return { value, allows: (id) => parts.includes(id) };
  throw new FormError({
    env_id: `You may not send to Heap from here: your user attribute ${attribute} is not of the right form. It takes ${howTo}`,
  });
}

/** @throws FormError when the user may not send there */
export function refuseOthers({ allows, value }: Permission, environmentId: string, attribute: string): void {
  if (allows(environmentId)) return;
  throw new FormError({
    env_id:
      `You may not send to Heap environment ${environmentId}: your user attribute ${attribute} allows ${value}. ` +
      "Your Looker admin can change it.",
  });
}

/**
 * @param bound the environments that the request's token opens; undefined: all
 * @throws FormError when it does not open this one
 */
export function refuseUnbound(bound: readonly string[] | undefined, environmentId: string): void {
  if (bound === undefined || bound.includes(environmentId)) return;
  throw new FormError({
    env_id:
      `This Looker may not send to Heap environment ${environmentId}: its token opens ${bound.join(", ")}. ` +
      "Whoever runs the action hub can change it.",
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
