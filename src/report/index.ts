export { describe, sentencesOf } from "./describe";
export { OUTCOMES, type Outcome, outcomeOf } from "./outcome";
export { type PaceData, recentRate } from "./pace";
export { type ReadCounts, readCounts } from "./read-counts";
export {
  endedBy,
  isFinished,
  NAMED_REJECTS,
  type NewReading,
  newReading,
  nounOf,
  type Origin,
  type Reading,
  type ReadingEnd,
  type Report,
  type Rerun,
} from "./report";
export { type DeliveryEvent, Trace, type TraceData } from "./trace";
