/** The statements of the outbox, each prepared once: what goes in and comes out in the shapes of this room. */

import type { Batch, LoggedBatch, RefusedRecord, Reject } from "../../batches";
import type { KindName } from "../../heap";
import type { Outcome, Read, ReadingEnd, TraceData, Traces } from "../../report";
import { type DeliveryRow, foldTitle } from "../delivery-rows";
import type { NewDelivery } from "../kept-delivery";
import { bytesOf, numbersOf } from "../numbers";
import type { Database } from "./driver";
import { SELECT_DELIVERY } from "./select-delivery";
import type { Waiting } from "./waiting-batches";

interface BatchRow {
  position: number;
  delivery: string;
  host: string;
  environment: string;
  type: KindName;
  hashes: Buffer;
  rows: Buffer;
  bytes: number;
  cancelled_at: number | null;
}

interface WaitingRow {
  position: number;
  host: string;
  environment: string;
  bytes: number;
  started_at: number;
}

interface BatchSize {
  position: number;
  users: number;
}

const SELECT_BATCH = `
  SELECT position, delivery, host, environment, type, hashes, rows, length(body) AS bytes, cancelled_at
    FROM batches JOIN deliveries ON deliveries.id = batches.delivery`;

export type Statements = ReturnType<typeof prepareStatements>;

export function prepareStatements(database: Database) {
  const insertDelivery = database.prepare(
    `INSERT INTO deliveries
       (id, started_at, host, environment, type, asked, read, source, title, title_folded, looker, webhook, link_key,
        outcome, is_new_environment)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const isReached = database
    .prepare<[string, string], number>("SELECT 1 FROM reached WHERE host = ? AND environment = ?")
    .pluck();
  const reach = database.prepare(
    `INSERT OR IGNORE INTO reached
     SELECT host, environment FROM deliveries WHERE id = ? AND outcome = 'delivered' AND sent > 0`,
  );
  const setRead = database.prepare("UPDATE deliveries SET read = ? WHERE id = ?");
  const setEnd = database.prepare("UPDATE deliveries SET ended = ?, source = NULL WHERE id = ?");
  const setTold = database.prepare("UPDATE deliveries SET told = 1 WHERE id = ?");
  const setOutcome = database.prepare(
    "UPDATE deliveries SET outcome = ? WHERE id = ? AND finished_at IS NULL",
  );
  const addOutcome = database.prepare(
    "UPDATE deliveries SET sent = sent + ?, refused = refused + ?, dropped = dropped + ? WHERE id = ?",
  );
  const note = {
    reading: database.prepare("UPDATE deliveries SET reading_trace = ? WHERE id = ?"),
    sending: database.prepare("UPDATE deliveries SET sending_trace = ? WHERE id = ?"),
  };
  const setPreview = database.prepare("UPDATE deliveries SET preview = ? WHERE id = ?");
  const cancel = database.prepare(
    "UPDATE deliveries SET cancelled_at = ? WHERE id = ? AND finished_at IS NULL",
  );
  const isCancelled = database
    .prepare<[string], number>("SELECT cancelled_at IS NOT NULL FROM deliveries WHERE id = ?")
    .pluck();
  const finishDelivery = database.prepare(
    `UPDATE deliveries SET finished_at = ?, outcome = ?, read = ?, ended = ?, source = NULL
      WHERE id = ? AND NOT EXISTS (SELECT 1 FROM batches WHERE batches.delivery = deliveries.id)`,
  );
  const readUnfinished = database.prepare<[], DeliveryRow>(
    `${SELECT_DELIVERY} WHERE finished_at IS NULL ORDER BY started_at`,
  );
  const readFinished = database.prepare<[string], DeliveryRow>(
    `${SELECT_DELIVERY} WHERE id = ? AND finished_at IS NOT NULL`,
  );
  const reopenDelivery = database.prepare(
    "UPDATE deliveries SET finished_at = NULL, outcome = 'in progress', refused = refused - ? WHERE id = ?",
  );
  const deleteOldRejects = database.prepare(
    "DELETE FROM rejects WHERE delivery IN (SELECT id FROM deliveries WHERE finished_at < ?)",
  );
  const deleteOldDeliveries = database.prepare("DELETE FROM deliveries WHERE finished_at < ?");

  const insertBatch = database.prepare(
    "INSERT INTO batches (log, delivery, key_set, hashes, rows, body) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const readBatches = database.prepare<[string, number, number], BatchRow>(
    `${SELECT_BATCH} WHERE log = ? AND position > ? ORDER BY position LIMIT ?`,
  );
  const readBatchesOf = database.prepare<[string, number, number], BatchRow>(
    `${SELECT_BATCH} WHERE delivery = ? AND position > ? ORDER BY position LIMIT ?`,
  );
  const readBody = database.prepare<[number], Buffer>("SELECT body FROM batches WHERE position = ?").pluck();
  const keySet = database
    .prepare<[number], number | null>("SELECT key_set FROM batches WHERE position = ?")
    .pluck();
  const behind = database.prepare<[string, number], BatchSize>(
    `SELECT position, length(hashes) / 4 AS users
       FROM batches WHERE delivery = ? AND position > ?`,
  );
  const deleteBehind = database.prepare("DELETE FROM batches WHERE delivery = ? AND position > ?");
  const deleteBatch = database.prepare("DELETE FROM batches WHERE position = ?");
  const readWaiting = database.prepare<[], WaitingRow>(
    `SELECT position, host, environment, length(body) AS bytes, started_at
       FROM batches JOIN deliveries ON deliveries.id = batches.delivery ORDER BY position`,
  );

  const insertReject = database.prepare(
    `INSERT OR REPLACE INTO rejects (delivery, row, identity, reason, record, column_label)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const readRefusals = database.prepare<[string], RefusedRecord>(
    "SELECT identity, row, record FROM rejects WHERE delivery = ? AND record IS NOT NULL ORDER BY row",
  );
  const deleteRefusals = database.prepare("DELETE FROM rejects WHERE delivery = ? AND record IS NOT NULL");
  const insertIdentities = database.prepare(
    "INSERT OR REPLACE INTO identity_sets (log, first, part, identities) VALUES (?, ?, ?, ?)",
  );
  const readIdentities = database
    .prepare<[string, number, number], Buffer>(
      "SELECT identities FROM identity_sets WHERE log = ? AND first = ? AND part = ?",
    )
    .pluck();
  const deleteIdentitySet = database.prepare("DELETE FROM identity_sets WHERE log = ? AND first = ?");
  const deleteIdentities = database.prepare("DELETE FROM identity_sets WHERE log = ?");

  const insertSend = database.prepare("INSERT INTO sends (log, at, hashes) VALUES (?, ?, ?)");
  const readSends = database
    .prepare<[string, number], Buffer>("SELECT hashes FROM sends WHERE log = ? AND at >= ?")
    .pluck();
  const deleteSends = database.prepare("DELETE FROM sends WHERE at < ?");

  return {
    /** @returns whether its environment is one that nothing has been delivered to */
    insertDelivery(delivery: NewDelivery, read: Read, outcome: Outcome): boolean {
      const { id, startedAt, environment, kind, asked, source, origin, linkKey } = delivery;
      const { title, looker, webhook } = origin;
      const isNew = isReached.get(environment.host, environment.id) === undefined;
      insertDelivery.run(
        id,
        startedAt,
        environment.host,
        environment.id,
        kind,
        JSON.stringify(asked),
        JSON.stringify(read),
        source ?? null,
        title ?? null,
        title === undefined ? null : foldTitle(title),
        looker ?? null,
        webhook ?? null,
        linkKey ?? null,
        outcome,
        isNew ? 1 : 0,
      );
      return isNew;
    },
    setRead(delivery: string, read: Read): void {
      setRead.run(JSON.stringify(read), delivery);
    },
    setEnd(delivery: string, end: ReadingEnd): void {
      setEnd.run(JSON.stringify(end), delivery);
    },
    setTold(delivery: string): void {
      setTold.run(delivery);
    },
    setOutcome(delivery: string, outcome: Outcome): void {
      setOutcome.run(outcome, delivery);
    },
    addOutcome(delivery: string, sent: number, refused: number, dropped: number): void {
      addOutcome.run(sent, refused, dropped, delivery);
    },
    note(delivery: string, part: keyof Traces, trace: TraceData): void {
      note[part].run(JSON.stringify(trace), delivery);
    },
    setPreview(delivery: string, records: readonly string[]): void {
      setPreview.run(JSON.stringify(records), delivery);
    },
    /** @returns false when it is finished */
    cancel: (delivery: string, at: number): boolean => cancel.run(at, delivery).changes > 0,
    isCancelled: (delivery: string): boolean => isCancelled.get(delivery) === 1,
    /** Its environment is reached, if something was delivered. @returns false while a batch of it is not done */
    finishDelivery(
      delivery: string,
      at: number,
      outcome: Outcome,
      { read, end }: { read: Read; end: ReadingEnd },
    ): boolean {
      const { changes } = finishDelivery.run(
        at,
        outcome,
        JSON.stringify(read),
        JSON.stringify(end),
        delivery,
      );
      if (changes > 0) reach.run(delivery);
      return changes > 0;
    },
    readUnfinished: (): DeliveryRow[] => readUnfinished.all(),
    readFinished: (id: string): DeliveryRow | undefined => readFinished.get(id),
    /** The delivery has something to do again. */
    reopenDelivery(id: string, refusals: number): void {
      reopenDelivery.run(refusals, id);
    },
    deleteFinished(before: number): void {
      deleteOldRejects.run(before);
      deleteOldDeliveries.run(before);
    },

    /** @returns its position */
    insertBatch(log: string, batch: Batch, keySet: number | undefined): number {
      const { delivery, hashes, rows, body } = batch;
      return Number(
        insertBatch.run(log, delivery, keySet ?? null, bytesOf(hashes), bytesOf(rows), body).lastInsertRowid,
      );
    },
    readBatches: (log: string, after: number, limit: number): LoggedBatch[] =>
      readBatches.all(log, after, limit).map(toLogged),
    readBatchesOf: (delivery: string, after: number, limit: number): LoggedBatch[] =>
      readBatchesOf.all(delivery, after, limit).map(toLogged),
    readBody(position: number): Buffer {
      const body = readBody.get(position);
      if (!body) throw new Error("a batch is not in the outbox any more");
      return body;
    },
    keySet: (position: number): number | null => keySet.get(position) ?? null,
    /** Takes what a delivery has in the log behind a position out of it. */
    deleteBehind(delivery: string, position: number): BatchSize[] {
      const found = behind.all(delivery, position);
      deleteBehind.run(delivery, position);
      return found;
    },
    /** @returns false when it was not there */
    deleteBatch: (position: number): boolean => deleteBatch.run(position).changes > 0,
    /** What a hub before this one left. When it was put in is not known: not before its delivery began. */
    readWaiting: (): Waiting[] =>
      readWaiting.all().map(({ position, host, environment, bytes, started_at }) => ({
        position,
        environment: { id: environment, host },
        bytes,
        at: started_at,
      })),

    insertReject(delivery: string, reject: Reject): void {
      const { row, identity, reason, record, column } = reject;
      insertReject.run(delivery, row, identity ?? null, reason, record ?? null, column ?? null);
    },
    /** The records of a delivery that Heap refused, by their rows. */
    readRefusals: (delivery: string): RefusedRecord[] => readRefusals.all(delivery),
    deleteRefusals(delivery: string): void {
      deleteRefusals.run(delivery);
    },
    insertIdentities(log: string, set: number, part: number, identities: Buffer): void {
      insertIdentities.run(log, set, part, identities);
    },
    readIdentities(log: string, set: number, part: number): Buffer {
      const identities = readIdentities.get(log, set, part);
      if (!identities) throw new Error("a set of identities is not in the outbox any more");
      return identities;
    },
    deleteIdentitySet(log: string, set: number): void {
      deleteIdentitySet.run(log, set);
    },
    deleteIdentities(log: string): void {
      deleteIdentities.run(log);
    },
    insertSend(log: string, at: number, hashes: Int32Array): void {
      insertSend.run(log, at, bytesOf(hashes));
    },
    readSends: (log: string, since: number): Int32Array[] => readSends.all(log, since).map(numbersOf),
    deleteSends(before: number): void {
      deleteSends.run(before);
    },
  };
}

function toLogged(row: BatchRow): LoggedBatch {
  return {
    position: row.position,
    delivery: row.delivery,
    environment: { id: row.environment, host: row.host },
    kind: row.type,
    hashes: numbersOf(row.hashes),
    rows: numbersOf(row.rows),
    bytes: row.bytes,
    isCancelled: row.cancelled_at !== null,
  };
}
