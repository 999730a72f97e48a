/** Deliveries and batches for tests that put them into an outbox by hand. */

import type { Batch, LoggedBatch } from "../../src/batches/batch";
import { BatchWriter } from "../../src/batches/batch-writer";
import { batchesOf as batchesFrom } from "../../src/batches/build-batches";
import type { StoredDelivery } from "../../src/outbox";
import { newReading, type Reading } from "../../src/report/report";
import { type UserRecord, updateOf } from "./updates";

export const ENVIRONMENT = { id: "123", host: "http://heap" };
export const LOG = "http://heap/123";

/** @param reading what has been read of it, beside nothing */
export function storedDelivery(
  id: string,
  reading: Partial<Reading> = {},
  more: Partial<StoredDelivery> = {},
): StoredDelivery {
  return {
    id,
    startedAt: Date.UTC(2025, 0, 1),
    environment: ENVIRONMENT,
    kind: "user",
    reading: { ...newReading({ dryRun: false, longValues: "truncate", sync: "all" }), ...reading },
    origin: {},
    sent: 0,
    dropped: 0,
    refused: 0,
    batchesLeft: 0,
    ...more,
  };
}

/** The batches of these users' rows, the first of which is row 1. */
export function batchesOf(delivery: string, records: readonly UserRecord[]): Batch[] {
  const of = { delivery, environment: ENVIRONMENT, kind: "user" } as const;
  const writer = new BatchWriter(of);
  for (const [at, record] of records.entries()) writer.add(updateOf(record, at + 1));
  return batchesFrom(writer.takeAll(), of);
}

/** @throws Error when they make more than one */
export function batchOf(delivery: string, records: readonly UserRecord[]): Batch {
  const [batch, ...more] = batchesOf(delivery, records);
  if (!batch || more.length > 0) throw new Error("these users do not make one batch");
  return batch;
}

/** A batch in the log, for tests that look at nothing but its identities. */
export function loggedBatch(hashes: readonly number[], more: Partial<LoggedBatch> = {}): LoggedBatch {
  return {
    position: 1,
    bytes: 0,
    delivery: "delivery-1",
    environment: ENVIRONMENT,
    kind: "user",
    hashes: Int32Array.from(hashes),
    rows: Int32Array.from(hashes.keys(), (at) => at + 1),
    ...more,
  };
}
