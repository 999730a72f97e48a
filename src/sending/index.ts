export type { HealthState } from "./environment-health";
export type { SendingEvents } from "./sending";
export { Sending, type SendingOptions } from "./sending";
export type { Verdict } from "./verdict";
