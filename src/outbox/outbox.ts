/**
 * The outbox: an ordered log of ready batches for each environment, and the deliveries they belong to. Each room takes the
 * port it needs. What the ports promise is in `test/outbox/contract.ts`, for any implementation.
 */

import { UserError } from "../errors";
import type { Bequest } from "./bequest";
import type { Changes } from "./changes";
import type { Intake } from "./intake";
import type { Logs } from "./logs";
import type { Records } from "./records";
import type { Upkeep } from "./upkeep";

/** The outbox can take no more; the message says why, as part of a sentence for the person in Looker. */
export class OutboxError extends UserError {
  override name = "OutboxError";
}

/** For where the report says already what can't be stored. */
export function ignoreOutboxError(error: unknown): void {
  if (!(error instanceof OutboxError)) throw error;
}

export interface Outbox {
  readonly intake: Intake;
  readonly logs: Logs;
  readonly records: Records;
  readonly upkeep: Upkeep;
  readonly changes: Changes;
  /** Absent where there are no other hubs. */
  readonly bequest?: Bequest;
}
