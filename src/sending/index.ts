export type { HealthState } from "./environment-health";
export type { SendingEvents } from "./schedulers";
export { Schedulers, type SchedulersOptions } from "./schedulers";
export type { Verdict } from "./verdict";
