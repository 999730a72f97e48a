export { LookerApiError } from "./api-error";
export { crontabProblem } from "./crontab";
export { findAction, findHub } from "./find-action";
export { LookerApi, type LookerCredentials } from "./looker-api";
export { plansToHub } from "./plans-to-hub";
export { register } from "./register";
export { schedule } from "./schedule";
export type { Step } from "./step";
export { userPermissions } from "./user-permissions";
