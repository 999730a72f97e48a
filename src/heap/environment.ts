/** A Heap environment (Heap's app_id), and where its API is. */

export interface Environment {
  /** Digits. */
  id: string;
  /** Origin of its API: `https://heapanalytics.com`, or in the EU `https://c.eu.heap-api.com`. */
  host: string;
}

/** Source: Heap's docs; open-source destinations use the same host for the EU data centre. */
export const EU_HOST = "https://c.eu.heap-api.com";

/** What a request sets properties of. */
export type PropertyType = "user" | "account";

/** The bulk endpoints and the names they use. Source: Heap's page on bulk user and account properties. */
export const ENDPOINTS = {
  user: { path: "/api/add_user_properties", list: "users", id: "identity" },
  account: { path: "/api/add_account_properties", list: "accounts", id: "account_id" },
} as const;
