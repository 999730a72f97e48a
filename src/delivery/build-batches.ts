/** Builds request bodies of records: as few as Heap's limits allow, and no identity twice in one. */

import { BODY_END, bodyStart, MAX_BODY_BYTES, MAX_RECORDS_PER_REQUEST } from "../heap";
import type { Batch } from "./batch";
import type { Collected } from "./batch-writer";
import type { SealedBody } from "./open-batch";

type Of = Pick<Batch, "delivery" | "environment" | "type">;

/** A record of a body that is being rebuilt. */
export interface RecordSpan {
  /** `{"identity":"…","properties":{…}}` stands here from `start` to `end`. */
  bytes: Buffer;
  start: number;
  end: number;
  /** Of its identity. */
  hash: number;
  row: number;
}

const COMMA = Buffer.from(",");

/** Bodies that are full are sent as they are; what was open is put together. */
export function batchesOf({ full, open }: Collected, of: Of): Batch[] {
  const whole = open.length === 1 ? [...full, ...open] : full;
  const batches = whole.map(({ body, hashes, rows }) => ({ ...of, body, hashes, rows }));
  return open.length > 1 ? [...batches, ...buildBatches(open.flatMap(recordsOf), of)] : batches;
}

/** The records of a body, in their order. */
export function recordsOf({ body, starts, hashes, rows }: SealedBody): RecordSpan[] {
  const end = body.length - BODY_END.length;
  return Array.from(starts, (start, at) => ({
    bytes: body,
    start,
    end: at + 1 < starts.length ? starts[at + 1]! - COMMA.length : end,
    hash: hashes[at]!,
    row: rows[at]!,
  }));
}

/** @param records in the order in which they are to reach Heap */
export function buildBatches(records: readonly RecordSpan[], of: Of): Batch[] {
  const head = bodyStart(of.environment.id, of.type);
  const batches: Batch[] = [];
  let open: RecordSpan[] = [];
  let size = head.length + BODY_END.length;
  let identities = new Set<number>();
  const close = () => {
    if (open.length > 0) batches.push(buildBatch(head, open, of));
    open = [];
    size = head.length + BODY_END.length;
    identities = new Set();
  };
  for (const record of records) {
    const length = record.end - record.start + COMMA.length;
    const isFull = open.length === MAX_RECORDS_PER_REQUEST || size + length > MAX_BODY_BYTES;
    if (isFull || identities.has(record.hash)) close();
    open.push(record);
    identities.add(record.hash);
    size += length;
  }
  close();
  return batches;
}

function buildBatch(head: Buffer, records: readonly RecordSpan[], of: Of): Batch {
  const pieces = records.flatMap(({ bytes, start, end }) => [COMMA, bytes.subarray(start, end)]);
  return {
    ...of,
    body: Buffer.concat([head, ...pieces.slice(1), BODY_END]),
    hashes: Int32Array.from(records, ({ hash }) => hash),
    rows: Int32Array.from(records, ({ row }) => row),
  };
}
