export { type RequestEvents, Sending, type SendingOptions } from "./sending";
export type { Verdict } from "./verdict";
