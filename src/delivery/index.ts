// What an update must keep to: mapping sees Heap's limits through this door.

export type { Environment } from "../heap";
export { isForbiddenKey, MAX_IDENTITY_LENGTH, MAX_KEY_LENGTH, MAX_VALUE_LENGTH } from "../heap";
export type { DeliverySearch, SearchChoices } from "./archive";
export { Deliveries, STOPPED } from "./deliveries";
export type { Delivery } from "./delivery";
export type { DeliveryRecords } from "./delivery-records";
export type { DeliveryView } from "./delivery-view";
export { describe, sentencesOf } from "./describe";
export {
  type ObservedDelivery,
  type ObservedEvent,
  type Observer,
  type RefusalReason,
  tellAll,
} from "./observer";
export { OutboxError, type WaitingLog } from "./outbox";
export { OUTCOMES, type Outcome } from "./outcome";
export { type PaceData, recentRate } from "./pace";
export type { ReadingEnd, Report, Rerun } from "./report";
export { SqliteOutbox } from "./sqlite/sqlite-outbox";
export type { DeliveryEvent } from "./trace";
export type { MappedColumn, Reject, SkipReason, Update, UpdateSink } from "./update";
