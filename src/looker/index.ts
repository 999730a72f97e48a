export {
  crontabProblem,
  LookerApi,
  LookerApiError,
  type LookerCredentials,
  register,
  type Step,
  schedule,
} from "./admin";
export { requireToken } from "./auth";
export { Downloader } from "./download";
export { readForm } from "./form";
export { type Action, type Manifest, readManifest } from "./manifest";
export { readResult } from "./read-result";
export type { ExecuteReply } from "./reply";
export { type DeliveryRequest, lookerRoutes } from "./routes";
