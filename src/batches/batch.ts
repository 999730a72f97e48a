/** A batch: one ready request body of one delivery. It never changes; only a refusal makes it fall into parts. */

import type { Environment, KindName } from "../heap";

/** What is known of a batch without its body. */
interface BatchHead {
  /** Id of the delivery it belongs to. */
  delivery: string;
  environment: Environment;
  kind: KindName;
  /** By record of the body: the hash of its identity. */
  hashes: Int32Array;
  /** By record of the body: the row it comes from, of several the last. */
  rows: Int32Array;
}

export interface Batch extends BatchHead {
  /** The request body: at most 1000 users and 1 MB (one user's properties alone may be more). */
  body: Buffer;
}

/** A batch with its place in its environment's log; the body stays there until it is sent. */
export interface LoggedBatch extends BatchHead {
  position: number;
  /** Length of its body. */
  bytes: number;
  /** Its delivery is cancelled: it is not to be sent. */
  isCancelled: boolean;
}

/** The name of an environment's log. Two hosts may know the same id. */
export function logName(environment: Environment): string {
  return `${environment.host}/${environment.id}`;
}
