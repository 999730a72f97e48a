export type { Appended, Intake } from "./intake";
export type { KeptDelivery, NewDelivery } from "./kept-delivery";
export { type BatchOutcome, ignoreLeaseLost, type Lease, type Logs } from "./logs";
export { ignoreOutboxError, type Outbox, OutboxError } from "./outbox";
export { type DatabaseReport, inspectDatabase } from "./postgres/inspect";
export { openPostgresOutbox } from "./postgres/postgres-outbox";
export type { DeliverySearch, Records, SearchChoices } from "./records";
export { openSqliteOutbox } from "./sqlite/sqlite-outbox";
export type { WaitingLog } from "./upkeep";
