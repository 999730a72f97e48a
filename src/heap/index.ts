export type { Answer } from "./answer";
export { BODY_END, bodyStart, findRecords, recordStart } from "./body";
export { HeapClient, type HeapRequest } from "./client";
export { ENDPOINTS, type Environment, EU_HOST, type PropertyType } from "./environment";
export { EnvironmentSender } from "./environment-sender";
export {
  isForbiddenKey,
  MAX_BODY_BYTES,
  MAX_IDENTITY_LENGTH,
  MAX_KEY_LENGTH,
  MAX_RECORDS_PER_REQUEST,
  MAX_REQUESTS_PER_IDENTITY,
  MAX_VALUE_LENGTH,
  RATE_WINDOW_MS,
} from "./limits";
