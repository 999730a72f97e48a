export { Changes } from "./changes";
export type { Appended, Checkpoint, Intake } from "./intake";
export type { KeptDelivery, NewDelivery } from "./kept-delivery";
export type { BatchOutcome, Lease, Logs } from "./logs";
export { ignoreOutboxError, type Outbox, OutboxError } from "./outbox";
export type { DeliverySearch, FoundDeliveries, Records, SearchChoices } from "./records";
export { openSqliteOutbox, type SqliteOutboxOptions } from "./sqlite/sqlite-outbox";
export type { Figures, Upkeep, WaitingLog } from "./upkeep";
