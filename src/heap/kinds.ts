/** The kinds of record that Heap takes in bulk. Whatever else differs by kind is declared here, and nowhere else. */

import { MAX_EVENTS_PER_MINUTE, MAX_EVENTS_PER_MINUTE_OF_IDENTITY } from "./limits";

/** How many records of a kind Heap takes within any 60 seconds. */
export interface MinuteLimits {
  /** For an environment. */
  environment: number;
  /** For an identity of it. */
  identity: number;
}

export interface Kind {
  /** What one is called, in the singular. */
  noun: "user" | "account" | "event";
  /** Path of its bulk endpoint. */
  path: string;
  /** What a request body has between the environment's id and the list of records. */
  envelope: string;
  /** A record up to its identity's JSON text … */
  start: string;
  /** … and from behind it up to what a row gives: properties, or with `events` more than that. */
  properties: string;
  /**
   * Begins the hash of an identity: two kinds take each other's identities for their own only where Heap's limits may count
   * them together. 32 bits.
   */
  seed: number;
  /**
   * A record says how its identity stands from then on: rows of one identity are merged within a body, and a later one never
   * reaches Heap before an earlier one. Absent: each record stands for itself.
   */
  isState?: true;
  /** Absent: only the requests of an identity are limited. */
  perMinute?: MinuteLimits;
}

/** By the name under which it is stored. Source: Heap's page on bulk user and account properties. */
export const KINDS: Readonly<Record<KindName, Kind>> = {
  user: {
    noun: "user",
    path: "/api/add_user_properties",
    envelope: '"users":[',
    start: '{"identity":',
    properties: ',"properties":{',
    seed: 0x811c9dc5,
    isState: true,
  },
  account: {
    noun: "account",
    path: "/api/add_account_properties",
    envelope: '"accounts":[',
    start: '{"account_id":',
    properties: ',"properties":{',
    seed: 0x811c9dc4,
    isState: true,
  },
  /** The same users, found by their e-mail. Source: heap/actions, `src/actions/heap/heap.ts`, and Segment's Heap destination. */
  user_by_email: {
    noun: "user",
    path: "/api/integrations/add_user_properties",
    envelope: '"library":"looker","users":[',
    start: '{"user_identifier":{"email":',
    properties: '},"properties":{',
    seed: 0x811c9dc3,
    isState: true,
  },
  /** Events of users. Their identities are those of `user`. Source: developers' reference, bulk-track. */
  event: {
    noun: "event",
    path: "/api/track",
    envelope: '"events":[',
    start: '{"identity":',
    properties: ",",
    seed: 0x811c9dc5,
    perMinute: { environment: MAX_EVENTS_PER_MINUTE, identity: MAX_EVENTS_PER_MINUTE_OF_IDENTITY },
  },
};

export type KindName = "user" | "account" | "user_by_email" | "event";
