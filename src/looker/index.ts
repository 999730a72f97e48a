export {
  crontabProblem,
  findAction,
  findHub,
  findUserAttribute,
  howToMakeUserAttribute,
  LookerApi,
  LookerApiError,
  type LookerCredentials,
  plansToHub,
  type RunAgain,
  register,
  runAgain,
  type Step,
  schedule,
  userAttributeProblem,
  userPermissions,
} from "./admin";
export type { DocumentLimits } from "./document";
export { Downloader } from "./download";
export { formatsFor } from "./looker-version";
export { type Manifest, readManifest } from "./manifest";
export type { OfferedAction, OfferedEnvironment } from "./offered-action";
export type { QuerySource } from "./query-source";
export { readResult } from "./read-result";
export type { ExecuteReply } from "./reply";
export { RequestMemory } from "./request-memory";
export { type DeliveryRequest, lookerRoutes } from "./routes";
