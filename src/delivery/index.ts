// What an update must keep to: mapping sees Heap's limits through this door.
export { isForbiddenKey, MAX_IDENTITY_LENGTH, MAX_KEY_LENGTH, MAX_VALUE_LENGTH } from "../heap";
export { Deliveries } from "./deliveries";
export type { Delivery } from "./delivery";
export { describe } from "./describe";
export { OutboxError } from "./outbox";
export { SqliteOutbox } from "./sqlite/sqlite-outbox";
export type { MappedColumn, Reject, SkipReason, Update, UpdateSink } from "./update";
