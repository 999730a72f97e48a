/** A delivery as the outbox keeps it. */

import type { Environment, KindName } from "../heap";
import type { Origin, Outcome, Reading, TraceData } from "../report";

/** A delivery as it is stored. */
export interface StoredDelivery {
  id: string;
  /** In milliseconds since 1970. */
  startedAt: number;
  environment: Environment;
  kind: KindName;
  origin: Origin;
  /** Unguessable: opens its page without a sign-in. Absent: nothing does. */
  linkKey?: string;
  reading: Reading;
  /** Absent until something happened that is worth noting. */
  trace?: TraceData;
  sent: number;
  refused: number;
  /** Users that were not sent because it was cancelled. */
  dropped: number;
  /** In milliseconds since 1970. */
  cancelledAt?: number;
  /** Batches of it that are not done. */
  batchesLeft: number;
}

export interface KeptDelivery extends StoredDelivery {
  outcome: Outcome;
  /** In milliseconds since 1970; absent while something is left to do. */
  finishedAt?: number;
}
