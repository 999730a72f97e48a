/** The two requests Heap offers for properties, and the words their bodies use. */

export interface Route {
  readonly type: "user" | "account";
  /** The key of the list in a bulk body. */
  readonly listKey: "users" | "accounts";
  /** The key of a record's identity. */
  readonly identityKey: "identity" | "account_id";
}

/** Path → route. Both are POST. */
export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["/api/add_user_properties", { type: "user", listKey: "users", identityKey: "identity" }],
  ["/api/add_account_properties", { type: "account", listKey: "accounts", identityKey: "account_id" }],
]);
