/** Heap's limits, each with its source. Nothing else in the code repeats these numbers. */

/**
 * Most users, accounts or events in one bulk request. Source: Heap's page on bulk user and account properties; developers'
 * reference, bulk-track.
 */
export const MAX_RECORDS_PER_REQUEST = 1000;

/**
 * Largest request body we build, in bytes. Heap answers 413 to a body that is too large but publishes no
 * number; 1 MB is the figure open-source destinations use.
 */
export const MAX_BODY_BYTES = 1_000_000;

/**
 * Longest property value, in UTF-16 code units. Source: Heap's page on addUserProperties ("255 characters or
 * fewer"). The stricter number is safe under both; `HEAP_MAX_VALUE_LENGTH` may raise it.
 */
export const MAX_VALUE_LENGTH = 255;

/** The same by Heap's server-side pages: "fewer than 1024 characters". Source: developers' reference, add-user-properties. */
export const LONGEST_VALUE_LENGTH = 1023;

/** Longest property key, in UTF-16 code units. Same source and reading as the value's. */
export const MAX_KEY_LENGTH = 255;

/** Longest identity or account id, in UTF-16 code units. Same source and reading as the value's. */
export const MAX_IDENTITY_LENGTH = 255;

/**
 * Requests allowed for one identity of one environment in any rolling window of `RATE_WINDOW_MS`. Source:
 * Heap's page on addUserProperties ("30 requests per 30 seconds per identity per app_id"); rolling is the
 * reading that is safe whichever window Heap keeps.
 */
export const MAX_REQUESTS_PER_IDENTITY = 30;

/** Length of the rolling window above, in milliseconds. */
export const RATE_WINDOW_MS = 30_000;

/**
 * Events allowed for an environment in any rolling window of `EVENT_WINDOW_MS`. Source: developers' reference, bulk-track
 * ("15,000 events a minute per app_id").
 */
export const MAX_EVENTS_PER_MINUTE = 15_000;

/** The same for one identity of an environment. Source: developers' reference, bulk-track ("1000 events a minute"). */
export const MAX_EVENTS_PER_MINUTE_OF_IDENTITY = 1000;

/** Length of the rolling window of events, in milliseconds. */
export const EVENT_WINDOW_MS = 60_000;

/** Longest name of an event, in UTF-16 code units. Source: developers' reference, track. */
export const MAX_EVENT_NAME_LENGTH = 1024;

/** Shortest `idempotency_key` of an event, in characters. Source: developers' reference, track. */
export const MIN_IDEMPOTENCY_KEY_LENGTH = 8;

/** Keys that Heap refuses. Source: the addUserProperties page (`user_id`) and the bulk page (`id` in any casing). */
export function isForbiddenKey(key: string): boolean {
  return key === "user_id" || key.toLowerCase() === "id";
}
