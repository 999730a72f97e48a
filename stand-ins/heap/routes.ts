/** The requests Heap offers for properties and events, and the words their bodies use. */

import { isObject } from "./is-object";

export interface Route {
  /** What its records are, as they are kept: users that are found in another way are kept apart. */
  readonly type: "user" | "account" | "user by e-mail" | "event";
  /** The key of the list in a bulk body. */
  readonly listKey: "users" | "accounts" | "events";
  /** The key of a record's identity. */
  readonly identityKey: "identity" | "account_id" | "user_identifier";
  /** The identity of a record; anything but a text is none. */
  identityOf(record: Readonly<Record<string, unknown>>): unknown;
  /** What a body must have beside the environment and the list. */
  readonly needs?: "library";
}

/** By any of these a user can be named. Source: segmentio/action-destinations, PR 3942. */
const IDENTIFIERS = ["identity", "email", "user_id", "anonymous_id"];

/** Path → route. All are POST. */
export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  [
    "/api/add_user_properties",
    { type: "user", listKey: "users", identityKey: "identity", identityOf: ({ identity }) => identity },
  ],
  [
    "/api/track",
    { type: "event", listKey: "events", identityKey: "identity", identityOf: ({ identity }) => identity },
  ],
  [
    "/api/add_account_properties",
    {
      type: "account",
      listKey: "accounts",
      identityKey: "account_id",
      identityOf: ({ account_id }) => account_id,
    },
  ],
  [
    "/api/integrations/add_user_properties",
    {
      type: "user by e-mail",
      listKey: "users",
      identityKey: "user_identifier",
      needs: "library",
      identityOf: ({ user_identifier }) => {
        if (!isObject(user_identifier)) return undefined;
        const [key, ...more] = Object.keys(user_identifier);
        const isKnown = key !== undefined && IDENTIFIERS.includes(key) && more.length === 0;
        return isKnown ? user_identifier[key] : undefined;
      },
    },
  ],
]);
