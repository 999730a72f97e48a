/** Builds request bodies of records: as few as Heap's limits allow, and no identity twice in one. */

import { ByteWriter, viewOf } from "../byte-writer";
import { BODY_END, bodyStart, MAX_BODY_BYTES, MAX_RECORDS_PER_REQUEST } from "../heap";
import type { Batch } from "./batch";
import type { Collected } from "./batch-writer";
import { bodyMemory } from "./body-memory";
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

const COMMA = 0x2c;

/** Bytes of a comma between records. */
const BETWEEN = 1;

/** Bodies that are full are sent as they are; what was open is put together. */
export function batchesOf({ full, open }: Collected, of: Of): Batch[] {
  const whole = open.length === 1 ? [...full, ...open] : full;
  const batches = whole.map(({ body, hashes, rows }) => ({ ...of, body, hashes, rows }));
  return open.length > 1 ? [...batches, ...rebuilt(open, open.flatMap(recordsOf), of)] : batches;
}

/** Batches of some of these bodies' records. The bodies are not to be read any more then. */
export function rebuilt(bodies: readonly SealedBody[], records: readonly RecordSpan[], of: Of): Batch[] {
  const batches = buildBatches(records, of);
  for (const { body } of bodies) bodyMemory.give(body);
  return batches;
}

/** The records of a body, in their order. */
export function recordsOf({ body, starts, hashes, rows }: SealedBody): RecordSpan[] {
  const end = body.length - BODY_END.length;
  return Array.from(starts, (start, at) => ({
    bytes: body,
    start,
    end: at + 1 < starts.length ? starts[at + 1]! - BETWEEN : end,
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
    if (open.length > 0) batches.push(buildBatch(head, open, size, of));
    open = [];
    size = head.length + BODY_END.length;
    identities = new Set();
  };
  for (const record of records) {
    const length = record.end - record.start + BETWEEN;
    const isFull = open.length === MAX_RECORDS_PER_REQUEST || size + length > MAX_BODY_BYTES;
    if (isFull || identities.has(record.hash)) close();
    open.push(record);
    identities.add(record.hash);
    size += length;
  }
  close();
  return batches;
}

/** Records that stand one behind the other are copied together. */
function buildBatch(head: Buffer, records: readonly RecordSpan[], size: number, of: Of): Batch {
  const out = new ByteWriter(size, bodyMemory);
  out.copy(viewOf(head), 0, head.length);
  let from = 0;
  for (const [at, { bytes, end }] of records.entries()) {
    const next = records[at + 1];
    if (next?.bytes === bytes && next.start === end + BETWEEN) continue;
    if (from > 0) out.byte(COMMA);
    out.copy(viewOf(bytes), records[from]!.start, end);
    from = at + 1;
  }
  out.copy(viewOf(BODY_END), 0, BODY_END.length);
  return {
    ...of,
    body: out.bytes.subarray(0, out.length),
    hashes: Int32Array.from(records, ({ hash }) => hash),
    rows: Int32Array.from(records, ({ row }) => row),
  };
}
