export { LookerApiError } from "./api-error";
export { LookerApi, type LookerCredentials } from "./looker-api";
export { register } from "./register";
export type { Step } from "./step";
