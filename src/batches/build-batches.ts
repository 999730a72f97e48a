/** Builds request bodies of the records of others: as few as Heap's limits allow, and where a record is a state no identity twice in one. */

import { ByteWriter, fixedBytes, viewOf } from "../byte-writer";
import { BODY_END, bodyStart, KINDS, type KindName, MAX_BODY_BYTES, MAX_RECORDS_PER_REQUEST } from "../heap";
import type { Batch } from "./batch";
import type { Collected } from "./batch-writer";
import { bodyMemory } from "./body-memory";
import { identityHashOf } from "./identity-hash";
import type { SealedBody } from "./open-batch";

type Of = Pick<Batch, "delivery" | "environment" | "kind">;

/** Records that stand one behind the other in a body: from one up to another. */
interface Run {
  sealed: SealedBody;
  from: number;
  to: number;
}

/** A record as it was sent, which Heap refused. */
export interface RefusedRecord {
  identity: string;
  row: number;
  record: string;
}

const END = fixedBytes(BODY_END);
const COMMA = 0x2c;

/** Memory for refused records to begin with, in bytes. */
const SMALLEST = 2048;

/** Bytes of a comma between records. */
const BETWEEN = 1;

/** Bodies that are full are sent as they are; what was open is put together. They are not to be read any more then. */
export function batchesOf({ full, open }: Collected, of: Of): Batch[] {
  const whole = open.length === 1 ? [...full, ...open] : full;
  const batches = whole.map(({ body, hashes, rows }) => ({ ...of, body, hashes, rows }));
  if (open.length <= 1) return batches;
  const together = buildBatches(open, of);
  for (const { body } of open) bodyMemory.give(body);
  return [...batches, ...together];
}

/** The records of a body, in their order: `{"identity":"…","properties":{…}}` each. */
export function recordsOf(sealed: SealedBody): Buffer[] {
  return Array.from(sealed.starts, (start, at) => sealed.body.subarray(start, endOf(sealed, at)));
}

/** One body of all that was refused, however long. */
export function bodyOfRefused(kind: KindName, refused: readonly RefusedRecord[]): SealedBody {
  const out = new ByteWriter(SMALLEST);
  const starts = Int32Array.from(refused, ({ record }, at) => {
    if (at > 0) out.byte(COMMA);
    const start = out.length;
    out.text(record);
    return start;
  });
  out.fixed(END);
  return {
    body: out.bytes.subarray(0, out.length),
    starts,
    hashes: Int32Array.from(refused, ({ identity }) => identityHashOf(kind, identity)),
    rows: Int32Array.from(refused, ({ row }) => row),
  };
}

/**
 * Batches of what these bodies hold, in its order: as few as Heap's limits allow.
 * @param isKept by record, counted over all bodies: whether it is taken
 */
export function buildBatches(
  bodies: readonly SealedBody[],
  of: Of,
  isKept: (record: number) => boolean = () => true,
): Batch[] {
  const head = bodyStart(of.environment.id, of.kind);
  const isState = KINDS[of.kind].isState === true;
  const empty = head.length + BODY_END.length;
  const batches: Batch[] = [];
  let runs: Run[] = [];
  let size = empty;
  let records = 0;
  let identities = new Set<number>();
  const close = () => {
    if (runs.length > 0) batches.push(buildBatch(head, runs, size, of));
    runs = [];
    size = empty;
    records = 0;
    identities = new Set();
  };
  let place = 0;
  for (const sealed of bodies) {
    const { starts, hashes } = sealed;
    for (let at = 0; at < starts.length; at++) {
      if (!isKept(place++)) continue;
      const length = endOf(sealed, at) - starts[at]! + BETWEEN;
      const isFull = records === MAX_RECORDS_PER_REQUEST || size + length > MAX_BODY_BYTES;
      if (isFull || (isState && identities.has(hashes[at]!))) close();
      const last = runs.at(-1);
      if (last?.sealed === sealed && last.to === at) last.to++;
      else runs.push({ sealed, from: at, to: at + 1 });
      if (isState) identities.add(hashes[at]!);
      records++;
      size += length;
    }
  }
  close();
  return batches;
}

function buildBatch(head: Buffer, runs: readonly Run[], size: number, of: Of): Batch {
  const users = runs.reduce((sum, { from, to }) => sum + to - from, 0);
  const hashes = new Int32Array(users);
  const rows = new Int32Array(users);
  const out = new ByteWriter(size, bodyMemory);
  out.fixed(fixedBytes(head));
  let at = 0;
  for (const { sealed, from, to } of runs) {
    if (at > 0) out.byte(COMMA);
    out.copy(viewOf(sealed.body), sealed.starts[from]!, endOf(sealed, to - 1));
    hashes.set(sealed.hashes.subarray(from, to), at);
    rows.set(sealed.rows.subarray(from, to), at);
    at += to - from;
  }
  out.fixed(END);
  return { ...of, body: out.bytes.subarray(0, out.length), hashes, rows };
}

/** Behind a record of a body. */
function endOf({ body, starts }: SealedBody, at: number): number {
  return at + 1 < starts.length ? starts[at + 1]! - BETWEEN : body.length - BODY_END.length;
}
