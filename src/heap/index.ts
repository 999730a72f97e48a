export type { Answer } from "./answer";
export { BODY_END, bodyStart, findRecords, recordStart } from "./body";
export { HeapClient, type HeapRequest } from "./client";
export { type Environment, EU_HOST, type PropertyType } from "./environment";
export { Limiter } from "./limiter";
export * from "./limits";
