/** The user attribute in Looker that says who may send and to where: how it is made, and what keeps it from doing so. */

import type { IUserAttribute } from "@looker/sdk";
import type { LookerApi } from "./looker-api";

/** How a Looker admin makes one, as a sentence without its stop. */
export function howToMakeUserAttribute(name: string): string {
  return (
    "in Looker, under Admin › User Attributes › Create User Attribute, with the name " +
    `${name}, the data type String, the user access None and values that are not hidden; then give it a value for groups ` +
    "or users: environment IDs separated by commas, such as 123,456, or all"
  );
}

/** @throws LookerApiError */
export async function findUserAttribute(
  { sdk }: LookerApi,
  name: string,
): Promise<IUserAttribute | undefined> {
  const all = await sdk.ok(sdk.all_user_attributes({}));
  return all.find((attribute) => attribute.name === name);
}

/**
 * @param hubUrl address at which Looker reaches the hub, where it is known
 * @returns what is wrong with it and what to do, as part of a sentence; undefined when nothing is
 */
export function userAttributeProblem(
  { type, user_can_edit, value_is_hidden, hidden_value_domain_whitelist }: IUserAttribute,
  hubUrl: string | undefined,
): string | undefined {
  if (type !== "string") return `its data type is ${type}, which takes no list of IDs: make it String`;
  if (user_can_edit)
    return "users can edit it, and so allow themselves anything: set its user access to None";
  if (!value_is_hidden || hubUrl === undefined) return undefined;
  const { hostname } = new URL(hubUrl);
  const destinations = (hidden_value_domain_whitelist ?? "").split(",").map((part) => part.trim());
  if (destinations.some((destination) => covers(destination, hostname))) return undefined;
  return (
    `its values are hidden, and Looker sends them only to the domains on its list, where ${hostname} is not: make it ` +
    "anew with values that are not hidden, as the list can't be changed"
  );
}

/** @param destination a domain or an address, which may have a `*` for any text */
function covers(destination: string, hostname: string): boolean {
  const [host = ""] = destination.replace(/^[a-z]+:\/\//i, "").split(/[/:]/);
  const pattern = host
    .split("*")
    .map((part) => part.replace(/[^\w]/g, "\\$&"))
    .join(".*");
  return host !== "" && new RegExp(`^${pattern}$`, "i").test(hostname);
}
