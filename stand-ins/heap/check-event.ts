/** Holds what an event has beside its identity and its properties against Heap's contract. */

import { MAX_EVENT_NAME_LENGTH, MIN_IDEMPOTENCY_KEY_LENGTH } from "../../src/heap";
import type { Breach } from "./breach";

/** An event of a request, but for whose it is and its properties. */
export interface EventPart {
  readonly event: string;
  /** As it was sent; absent: the time of its arrival. */
  readonly timestamp?: string;
  readonly idempotencyKey?: string;
}

/** Whoever reads a time without a zone has to guess it. */
const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

/** @throws what `refuse` makes of what is wrong */
export function checkEvent(
  { event, timestamp, idempotency_key: key, user_id: userId }: Readonly<Record<string, unknown>>,
  refuse: (reason: string) => Breach,
): EventPart {
  if (typeof event !== "string" || event.trim() === "") throw refuse("event is not a text, or is blank");
  if (event.length > MAX_EVENT_NAME_LENGTH)
    throw refuse(`event is longer than ${MAX_EVENT_NAME_LENGTH} characters`);
  if (userId !== undefined) throw refuse("it has both identity and user_id");
  if (timestamp !== undefined && !isTime(timestamp)) throw refuse("timestamp is no time of ISO 8601");
  if (key !== undefined && (typeof key !== "string" || key.length < MIN_IDEMPOTENCY_KEY_LENGTH))
    throw refuse(`idempotency_key is not a text of at least ${MIN_IDEMPOTENCY_KEY_LENGTH} characters`);
  return {
    event,
    ...(timestamp !== undefined && { timestamp }),
    ...(key !== undefined && { idempotencyKey: key }),
  };
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && ISO_8601.test(value) && !Number.isNaN(Date.parse(value));
}
