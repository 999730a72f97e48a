// What an update must keep to: mapping sees Heap's limits through this door.
export { isForbiddenKey, MAX_IDENTITY_LENGTH, MAX_KEY_LENGTH, MAX_VALUE_LENGTH } from "../heap";
export { Deliveries } from "./deliveries";
export type { Delivery, DeliveryOptions } from "./delivery";
export { describe, type Reply } from "./describe";
export { MemoryOutbox } from "./memory-outbox";
export type { ReadingEnd, Report } from "./report";
export type { MappedColumn, Reject, SkipReason, Update, UpdateSink } from "./update";
