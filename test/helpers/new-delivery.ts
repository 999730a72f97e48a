/** Deliveries and batches for tests that put them into an outbox by hand. */

import type { Batch, LoggedBatch } from "../../src/batches/batch";
import { BatchWriter, type Collected } from "../../src/batches/batch-writer";
import { batchesOf as batchesFrom } from "../../src/batches/build-batches";
import { identityHashOf } from "../../src/batches/identity-hash";
import { OpenBatch } from "../../src/batches/open-batch";
import { bodyStart } from "../../src/heap";
import type { Appended, BatchOutcome, Lease, NewDelivery, Outbox } from "../../src/outbox";
import { type Asked, nothingRead, type Read, type ReadingEnd } from "../../src/report/report";
import { type UserRecord, updateOf, usersOf } from "./updates";

export const ENVIRONMENT = { id: "123", host: "http://heap" };
export const LOG = "http://heap/123";
export const WHOLE: ReadingEnd = { truncated: false, messages: [] };

/** @param asked of it, beside what a form asks for by default */
export function newDelivery(
  id: string,
  asked: Partial<Asked> = {},
  more: Partial<NewDelivery> = {},
): NewDelivery {
  return {
    id,
    startedAt: Date.UTC(2025, 0, 1),
    environment: ENVIRONMENT,
    kind: "user",
    asked: { dryRun: false, longValues: "truncate", sync: "all", ...asked },
    origin: {},
    ...more,
  };
}

/** @param read beside nothing */
export function readOf(read: Partial<Read>): Read {
  return { ...nothingRead(), ...read };
}

/** What was collected of these users: each group in a body of its own. The first row is row 1. */
export function collectedOf(...groups: readonly (readonly UserRecord[])[]): Collected {
  let row = 0;
  const full = groups.map((records) => {
    const body = new OpenBatch(bodyStart(ENVIRONMENT.id, "user"), "user");
    for (const record of records) body.add(updateOf(record, ++row), identityHashOf("user", record.identity));
    return body.seal();
  });
  return { full, open: [] };
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
    isCancelled: false,
    ...more,
  };
}

/** Commits users of a delivery, each in a batch of its own. @param end they are the last */
export async function append(
  { intake, records }: Pick<Outbox, "intake" | "records">,
  delivery: NewDelivery,
  users: readonly UserRecord[],
  end?: ReadingEnd,
): Promise<Appended> {
  const before = (await records.get(delivery.id))?.report.read ?? nothingRead();
  const read = structuredClone({ ...before, rows: before.rows + users.length });
  const collected = collectedOf(...users.map((user) => [user]));
  return intake.append(delivery, { collected, read, rejects: [], ...(end && { end }) });
}

/** Begins a delivery of these users, each in a batch of its own, and reads it to its end. */
export async function deliverUsers(
  outbox: Outbox,
  delivery: NewDelivery,
  users: readonly UserRecord[],
): Promise<void> {
  await outbox.intake.begin(delivery);
  await append(outbox, delivery, users, WHOLE);
}

export async function leaseOf({ logs }: Pick<Outbox, "logs">, environment = ENVIRONMENT): Promise<Lease> {
  const lease = await logs.own(environment);
  if (!lease) throw new Error("the log is another hub's");
  return lease;
}

/** What is in the log, in order. */
export async function inLog(outbox: Outbox, after = 0, limit = 1000): Promise<LoggedBatch[]> {
  return outbox.logs.read(await leaseOf(outbox), after, limit);
}

/** The users in the log, batch by batch. */
export async function usersInLog(outbox: Outbox, after = 0, limit = 1000): Promise<UserRecord[][]> {
  const lease = await leaseOf(outbox);
  const batches = await outbox.logs.read(lease, after, limit);
  const bodies = await Promise.all(batches.map(({ position }) => outbox.logs.body(lease, position)));
  return bodies.map(usersOf);
}

/** Heap has a batch, but for what is said of it. Does not wait until that is on the disk. */
export async function done(
  { logs }: Pick<Outbox, "logs">,
  batch: LoggedBatch | undefined,
  outcome: Partial<BatchOutcome> = {},
): Promise<void> {
  if (!batch) throw new Error("there is no such batch");
  const { refusals = [], dropped = [] } = outcome;
  const sent = batch.rows.length - refusals.length - dropped.length;
  const lease = await leaseOf({ logs });
  void logs.done(lease, batch, { sent, refusals, dropped });
}
