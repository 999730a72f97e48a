/** A batch on its way out: the parts it has fallen into, and which batches wait for it. */

import { BODY_END, bodyStart, findRecords } from "../heap";
import type { LoggedBatch } from "./batch";
import type { BatchOutcome } from "./outbox";
import type { Reject } from "./update";

/** What is sent as one request: a whole batch, or after a refusal a part of it. */
export interface Part {
  /** Absent for a whole batch: its body stays in the outbox until it is sent. */
  body?: Buffer;
  hashes: Int32Array;
  rows: Int32Array;
  /** Requests made with it that Heap failed to answer, or answered with 5xx. */
  failures: number;
  /** When it, or a part it was split from, first failed so, in milliseconds since 1970; 0: not yet. */
  firstFailure: number;
  /** Whether it was split off because it alone failed. */
  isSuspect: boolean;
  /** Not before this time, in milliseconds since 1970. */
  notBefore: number;
  sending: boolean;
}

export class WaitingBatch {
  parts: Part[];
  /** Unfinished earlier batches that share an identity with it. */
  blockers = 0;
  readonly dependents: WaitingBatch[] = [];
  readonly outcome: BatchOutcome = { sent: 0, refusals: [] };

  /** @param settledAt until then nothing that shares its identities may follow it, in milliseconds since 1970 */
  constructor(
    readonly batch: LoggedBatch,
    public settledAt: number,
  ) {
    this.parts = [newPart(batch.hashes, batch.rows)];
  }

  /** The part is through: Heap has it, or has refused its one record for good. */
  finish(part: Part, refusal?: Reject): void {
    this.parts = this.parts.filter((other) => other !== part);
    if (refusal) this.outcome.refusals.push(refusal);
    else this.outcome.sent += part.hashes.length;
  }

  /** Puts two halves in the place of a part. */
  split(part: Part, body: Buffer): void {
    const { environment, type } = this.batch;
    const records = findRecords(body);
    const middle = records.length >> 1;
    const half = (from: number, to: number): Part => ({
      ...newPart(part.hashes.slice(from, to), part.rows.slice(from, to)),
      body: Buffer.concat([
        bodyStart(environment.id, type),
        body.subarray(records[from]?.start, records[to - 1]?.end),
        BODY_END,
      ]),
      firstFailure: part.firstFailure,
      isSuspect: part.firstFailure > 0,
    });
    this.parts.splice(this.parts.indexOf(part), 1, half(0, middle), half(middle, records.length));
  }
}

function newPart(hashes: Int32Array, rows: Int32Array): Part {
  return { hashes, rows, failures: 0, firstFailure: 0, isSuspect: false, notBefore: 0, sending: false };
}

/** The reject for a part with one record. */
export function refusalOf(part: Part, body: Buffer, reason: string): Reject {
  const [span] = findRecords(body);
  const record = body.toString("utf8", span?.start, span?.end);
  const parsed: { identity?: string; account_id?: string } = JSON.parse(record);
  const identity = parsed.identity ?? parsed.account_id;
  return { row: part.rows[0] ?? 0, reason, record, ...(identity !== undefined && { identity }) };
}
