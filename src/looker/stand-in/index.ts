/** The door of the stand-in Looker: offers query results and calls a hub as Looker does, for tests and the demo. */

export type { ApiUser } from "./api/instance";
export { expectedUsers } from "./expected-users";
export { generateResult } from "./generate-result";
export type { ExecuteReply, HubClient } from "./hub-client";
export { StandInLooker, startStandInLooker } from "./stand-in-looker";
