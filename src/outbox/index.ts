export type { Archive, DeliverySearch, FoundDeliveries, SearchChoices } from "./archive";
export type { KeptDelivery, StoredDelivery } from "./kept-delivery";
export {
  type BatchOutcome,
  type Dropped,
  ignoreOutboxError,
  type Outbox,
  OutboxError,
  type RecordedSends,
  type WaitingLog,
} from "./outbox";
export { SqliteOutbox } from "./sqlite/sqlite-outbox";
