/** A batch on its way out: the parts it has fallen into, and which batches wait for it. */

import type { IBackoff } from "cockatiel";
import type { LoggedBatch, Reject } from "../batches";
import { BODY_END, bodyStart, findRecords, identityIn, KINDS, type KindName } from "../heap";
import type { BatchOutcome } from "../outbox";
import { eachOnce } from "./identities";

/** What is sent as one request: a whole batch, or after a refusal a part of it. */
export interface Part {
  /** Absent for a whole batch: its body stays in the outbox until it is sent. */
  body?: Buffer;
  /** By record: the hash of its identity. */
  hashes: Int32Array;
  /** Those hashes, each once. */
  identities: Int32Array;
  rows: Int32Array;
  /** Requests made with it that Heap failed to answer, or did not answer with a yes or no to its records. */
  failures: number;
  /** Failures before which others got through since the failure before; those of the parts it was split from too. */
  faults: number;
  /** Its `faults` when it was split off. */
  faultsBefore: number;
  /** How many requests Heap had accepted when it last failed; undefined: it has not failed yet. */
  acceptedAtFailure: number | undefined;
  /** Whether it was split off because it alone failed. */
  isSuspect: boolean;
  /** How long it last waited to be tried again: the next time it is longer. Undefined: it has not waited. */
  backoff: IBackoff<unknown> | undefined;
  /** Not before this time, by the monotonic clock. */
  notBefore: number;
  /** When it was last sent, by the monotonic clock; 0: never. */
  triedAt: number;
  sending: boolean;
}

export class WaitingBatch {
  parts: Part[];
  /** Unfinished earlier batches that share an identity with it. */
  blockers = 0;
  /** By it the order of identities knows the batch. */
  ticket = 0;
  readonly dependents: WaitingBatch[] = [];
  readonly outcome: BatchOutcome & { dropped: number[] } = { sent: 0, refusals: [], dropped: [] };

  /** The delivery is cancelled: nothing more of it is started, and what is under way is not sent again. */
  isDropped = false;

  /** Until then nothing that shares its identities may follow it, by the monotonic clock. */
  settledAt = 0;

  constructor(readonly batch: LoggedBatch) {
    this.parts = [newPart(batch.kind, batch.hashes, batch.rows)];
  }

  /** The part is done: Heap has it, or has refused its one record for good. */
  finish(part: Part, refusal?: Reject): void {
    this.parts = this.parts.filter((other) => other !== part);
    if (refusal) this.outcome.refusals.push(refusal);
    else this.outcome.sent += part.hashes.length;
  }

  /** The part is not sent any more. */
  drop(part: Part): void {
    this.parts = this.parts.filter((other) => other !== part);
    for (const row of part.rows) this.outcome.dropped.push(row);
  }

  /** Puts two halves in the place of a part. */
  split(part: Part, body: Buffer): void {
    const { environment, kind } = this.batch;
    const records = findRecords(body);
    const middle = records.length >> 1;
    const half = (from: number, to: number): Part => ({
      ...newPart(kind, part.hashes.slice(from, to), part.rows.slice(from, to)),
      body: Buffer.concat([
        bodyStart(environment.id, kind),
        body.subarray(records[from]?.start, records[to - 1]?.end),
        BODY_END,
      ]),
      faults: part.faults,
      faultsBefore: part.faults,
      acceptedAtFailure: part.acceptedAtFailure,
      isSuspect: part.failures > 0,
    });
    this.parts.splice(this.parts.indexOf(part), 1, half(0, middle), half(middle, records.length));
  }
}

function newPart(kind: KindName, hashes: Int32Array, rows: Int32Array): Part {
  return {
    hashes,
    identities: KINDS[kind].isState ? hashes : eachOnce(hashes),
    rows,
    failures: 0,
    faults: 0,
    faultsBefore: 0,
    acceptedAtFailure: undefined,
    isSuspect: false,
    backoff: undefined,
    notBefore: 0,
    triedAt: 0,
    sending: false,
  };
}

/** The part has failed again. @param accepted requests that Heap has accepted for its environment */
export function noteFailure(part: Part, accepted: number): void {
  part.failures++;
  if (part.acceptedAtFailure !== undefined && accepted > part.acceptedAtFailure) part.faults++;
  part.acceptedAtFailure = accepted;
}

/** The reject for a part with one record. */
export function refusalOf(part: Part, kind: KindName, body: Buffer, reason: string): Reject {
  const [span] = findRecords(body);
  const record = body.subarray(span?.start, span?.end);
  const { start, end } = identityIn(record, kind);
  return {
    row: part.rows[0] ?? 0,
    reason,
    record: record.toString(),
    identity: JSON.parse(record.toString("utf8", start, end)),
  };
}
