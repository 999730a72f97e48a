/** The port of whoever keeps the outbox in order, and watches how full it is. */

import type { Environment } from "../heap";

/** What waits in the log of an environment. */
export interface WaitingLog {
  environment: Environment;
  batches: number;
  /** Of their bodies. */
  bytes: number;
  /** How long the oldest has waited, in milliseconds; 0 when none waits. */
  oldestMs: number;
}

export interface Figures {
  /** How old these figures are, in milliseconds. */
  ageMs: number;
  /** What waits for Heap, or is under way, by environment. */
  waiting: WaitingLog[];
}

export interface Upkeep {
  /** Of several hubs each tells of the logs that it owns, and one of those that nobody does: their sum is that of all. */
  figures(): Promise<Figures>;
  /**
   * Deletes for good what was finished before a time, in milliseconds since 1970: deliveries, their rejects, fingerprints
   * nobody used, and what was quarantined as damaged.
   */
  forget(before: number): Promise<void>;
  /** Stores what is left to be stored, if it can. */
  close(): Promise<void>;
}
