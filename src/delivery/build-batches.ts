/** Builds request bodies of sealed records: as few as Heap's limits allow, and no identity twice in one. */

import { ByteWriter } from "../byte-writer";
import { BODY_END, bodyStart, MAX_BODY_BYTES, MAX_RECORDS_PER_REQUEST } from "../heap";
import type { Batch } from "./batch";
import type { SealedRecord } from "./open-batch";

/** Room left in a body for its beginning and end, in bytes. */
export const ENVELOPE_BYTES = 128;

const COMMA = 0x2c;

/** @param records in the order in which they are to reach Heap */
export function buildBatches(
  records: readonly SealedRecord[],
  of: Pick<Batch, "delivery" | "environment" | "type">,
): Batch[] {
  const batches: Batch[] = [];
  let open: SealedRecord[] = [];
  let size = 0;
  let identities = new Set<number>();
  const close = () => {
    if (open.length > 0) batches.push(buildBatch(open, size, of));
    open = [];
    size = 0;
    identities = new Set();
  };
  for (const record of records) {
    const length = record.end - record.start + 1;
    const isFull = open.length === MAX_RECORDS_PER_REQUEST || size + length > MAX_BODY_BYTES - ENVELOPE_BYTES;
    if (isFull || identities.has(record.hash)) close();
    open.push(record);
    identities.add(record.hash);
    size += length;
  }
  close();
  return batches;
}

function buildBatch(
  records: readonly SealedRecord[],
  size: number,
  of: Pick<Batch, "delivery" | "environment" | "type">,
): Batch {
  const head = bodyStart(of.environment.id, of.type);
  const body = new ByteWriter(head.length + size + BODY_END.length);
  body.copy(head, 0, head.length);
  for (const { bytes, start, end } of records) {
    if (body.length > head.length) body.byte(COMMA);
    body.copy(bytes, start, end);
  }
  body.copy(BODY_END, 0, BODY_END.length);
  return {
    ...of,
    body: body.bytes.subarray(0, body.length),
    hashes: Int32Array.from(records, ({ hash }) => hash),
    rows: Int32Array.from(records, ({ row }) => row),
  };
}
