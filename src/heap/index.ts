export type { Answer } from "./answer";
export { BODY_END, bodyStart, findRecords, identityIn } from "./body";
export { HeapClient, type HeapRequest } from "./client";
export { type Environment, EU_HOST } from "./environment";
export { EnvironmentSender } from "./environment-sender";
export { KINDS, type Kind, type KindName } from "./kinds";
export {
  isForbiddenKey,
  LONGEST_VALUE_LENGTH,
  MAX_BODY_BYTES,
  MAX_IDENTITY_LENGTH,
  MAX_KEY_LENGTH,
  MAX_RECORDS_PER_REQUEST,
  MAX_REQUESTS_PER_IDENTITY,
  MAX_VALUE_LENGTH,
  RATE_WINDOW_MS,
} from "./limits";
