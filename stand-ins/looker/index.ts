/** The door of the stand-in Looker: offers query results and calls a hub as Looker does, for tests and the demo. */

export type { ApiUser } from "./api/instance";
export { expectedUsers } from "./expected-users";
export { generateResult } from "./generate-result";
export { type GeneratedCell, textCell } from "./generated-cell";
export { COLUMNS, EMAIL, type GeneratedColumn, labelOf } from "./generated-columns";
export { generatedRows, type ResultOptions } from "./generated-rows";
export { type ExecuteReply, HubClient } from "./hub-client";
export { StandInLooker, startStandInLooker } from "./stand-in-looker";
