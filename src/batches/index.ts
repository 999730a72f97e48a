// What an update must keep to: mapping sees Heap's limits through this door.

export { isForbiddenKey, MAX_EVENT_NAME_LENGTH, MAX_IDENTITY_LENGTH, MAX_KEY_LENGTH } from "../heap";
export { type Batch, type LoggedBatch, logName } from "./batch";
export { BatchWriter, type Collected } from "./batch-writer";
export { bodyMemory } from "./body-memory";
export { bodyOfRefused, buildBatches, type RefusedRecord } from "./build-batches";
export { type Fingerprint, fingerprintOf } from "./fingerprint";
export { foundInPart, intoParts, SET_PARTS, writePart } from "./identity-set";
export { previewOf } from "./preview";
export {
  fingerprintsIn,
  giveBack,
  leaveOut,
  type Selected,
  selectAll,
  selectChanged,
} from "./select-batches";
export type { MappedColumn, Reject, SkipReason, Update, UpdateSink } from "./update";
