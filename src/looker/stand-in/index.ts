/** The door of the stand-in Looker: offers query results and calls a hub as Looker does, for tests and the demo. */

export type { ExecuteOutcome } from "./execute-outcome";
export { expectedUsers } from "./expected-users";
export { generateResult } from "./generate-result";
export type { ResultOptions } from "./generated-rows";
export type { ExecuteOptions, ExecuteReply, HubAddress, HubClient } from "./hub-client";
export type { HubReply } from "./post-to-hub";
export type { OfferOptions, ResultDocument } from "./result-offer";
export { StandInLooker, type StandInLookerOptions, startStandInLooker } from "./stand-in-looker";
