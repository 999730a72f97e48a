export type { Answer } from "./answer";
export { BODY_END, bodyStart, findRecords, identityIn } from "./body";
export { HeapClient, type HeapRequest } from "./client";
export { type Environment, EU_HOST } from "./environment";
export { EnvironmentSender } from "./environment-sender";
export { KINDS, type Kind, type KindName, type MinuteLimits } from "./kinds";
export {
  EVENT_WINDOW_MS,
  isForbiddenKey,
  LONGEST_VALUE_LENGTH,
  MAX_BODY_BYTES,
  MAX_EVENT_NAME_LENGTH,
  MAX_EVENTS_PER_MINUTE,
  MAX_EVENTS_PER_MINUTE_OF_IDENTITY,
  MAX_IDENTITY_LENGTH,
  MAX_KEY_LENGTH,
  MAX_RECORDS_PER_REQUEST,
  MAX_REQUESTS_PER_IDENTITY,
  MAX_VALUE_LENGTH,
  MIN_IDEMPOTENCY_KEY_LENGTH,
  RATE_WINDOW_MS,
} from "./limits";
