/** The kinds of record that Heap takes in bulk. Whatever else differs by kind is declared here, and nowhere else. */

export interface Kind {
  /** What one is called, in the singular. */
  noun: "user" | "account";
  /** Path of its bulk endpoint. */
  path: string;
  /** What a request body has between the environment's id and the list of records. */
  envelope: string;
  /** A record up to its identity's JSON text … */
  start: string;
  /** … and from behind it up to its first property. */
  properties: string;
  /** Begins the hash of an identity: two kinds never take each other's identities for their own. 32 bits. */
  seed: number;
}

/** By the name under which it is stored. Source: Heap's page on bulk user and account properties. */
export const KINDS = {
  user: {
    noun: "user",
    path: "/api/add_user_properties",
    envelope: '"users":[',
    start: '{"identity":',
    properties: ',"properties":{',
    seed: 0x811c9dc5,
  },
  account: {
    noun: "account",
    path: "/api/add_account_properties",
    envelope: '"accounts":[',
    start: '{"account_id":',
    properties: ',"properties":{',
    seed: 0x811c9dc4,
  },
  /** The same users, found by their e-mail. Source: heap/actions, `src/actions/heap/heap.ts`, and Segment's Heap destination. */
  user_by_email: {
    noun: "user",
    path: "/api/integrations/add_user_properties",
    envelope: '"library":"looker","users":[',
    start: '{"user_identifier":{"email":',
    properties: '},"properties":{',
    seed: 0x811c9dc3,
  },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;
