/** A batch on its way out: the parts it has fallen into, and which batches wait for it. */

import { BODY_END, bodyStart, findRecords } from "../heap";
import type { LoggedBatch } from "./batch";

/** What is sent as one request: a whole batch, or after a refusal a part of it. */
export interface Part {
  body: Buffer;
  hashes: Uint32Array;
  rows: Uint32Array;
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
  /** Until then nothing that shares its identities may go out, in milliseconds since 1970. */
  settledAt = 0;

  constructor(readonly batch: LoggedBatch) {
    this.parts = [newPart(batch.body, batch.hashes, batch.rows)];
  }

  remove(part: Part): void {
    this.parts = this.parts.filter((other) => other !== part);
  }

  /** Puts two halves in the place of a part. */
  split(part: Part): void {
    const { environment, type } = this.batch;
    const records = findRecords(part.body);
    const middle = records.length >> 1;
    const half = (from: number, to: number) =>
      newPart(
        Buffer.concat([
          bodyStart(environment.id, type),
          part.body.subarray(records[from]?.start, records[to - 1]?.end),
          BODY_END,
        ]),
        part.hashes.slice(from, to),
        part.rows.slice(from, to),
        part.firstFailure,
      );
    this.parts.splice(this.parts.indexOf(part), 1, half(0, middle), half(middle, records.length));
  }
}

function newPart(body: Buffer, hashes: Uint32Array, rows: Uint32Array, firstFailure = 0): Part {
  return {
    body,
    hashes,
    rows,
    failures: 0,
    firstFailure,
    isSuspect: firstFailure > 0,
    notBefore: 0,
    sending: false,
  };
}

/** The identity of a part with one record. */
export function identityOf(part: Part): string | undefined {
  const [record] = findRecords(part.body);
  if (!record) return undefined;
  const parsed: unknown = JSON.parse(part.body.toString("utf8", record.start, record.end));
  if (typeof parsed !== "object" || parsed === null) return undefined;
  if ("identity" in parsed) return String(parsed.identity);
  return "account_id" in parsed ? String(parsed.account_id) : undefined;
}
