/** A delivery as the outbox keeps it. */

import type { Environment, KindName } from "../heap";
import type { Asked, Origin, Outcome, Report, TraceData } from "../report";

/** A delivery that is about to be read. */
export interface NewDelivery {
  id: string;
  /** In milliseconds since 1970. */
  startedAt: number;
  environment: Environment;
  kind: KindName;
  origin: Origin;
  /** Unguessable: opens its page without a sign-in. Absent: nothing does. */
  linkKey?: string;
  asked: Asked;
  /**
   * What it takes to have the result again, in the words of whoever began the delivery. Kept while the document is being
   * read.
   */
  source?: string;
}

/** A delivery as it stands. */
export interface KeptDelivery {
  id: string;
  origin: Origin;
  linkKey?: string;
  /** In milliseconds since 1970. */
  startedAt: number;
  /** In milliseconds since 1970; absent while something is left to do. */
  finishedAt?: number;
  outcome: Outcome;
  /** What has been read is that of the last checkpoint. */
  report: Report;
  trace: TraceData;
  source?: string;
}
