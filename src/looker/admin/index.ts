export { LookerApiError } from "./api-error";
export { crontabProblem } from "./crontab";
export { LookerApi, type LookerCredentials } from "./looker-api";
export { register } from "./register";
export { schedule } from "./schedule";
export type { Step } from "./step";
