export { describe, factsOf } from "./describe";
export { OUTCOMES, type Outcome, outcomeOf } from "./outcome";
export { type PaceData, recentRate } from "./pace";
export { type ReadCounts, readCounts } from "./read-counts";
export {
  type Asked,
  endedBy,
  type HealthState,
  NAMED_REJECTS,
  nothingRead,
  nounOf,
  type Origin,
  type Read,
  type ReadingEnd,
  type Report,
  type Rerun,
  waitingUsers,
} from "./report";
export { type DeliveryEvent, Trace, type TraceData, type Traces, whole } from "./trace";
