/**
 * Whether Heap takes requests for an environment: well; down (nothing gets through: probed with one request at a
 * time, less and less often); or parked (Heap does not know it: probed every quarter of an hour).
 */

import type { IBackoff, IBackoffFactory } from "cockatiel";

/** Requests in a row that failed, after which Heap counts as down. */
const DOWN_AFTER = 8;

/** How often a parked environment is probed, in milliseconds. */
const PARKED_PROBE_MS = 15 * 60_000;

export interface HealthState {
  /** The status with which Heap refused the environment. */
  parked?: number;
  /** Since when nothing has got through, in milliseconds since 1970. */
  downSince?: number;
}

export class EnvironmentHealth {
  /** When Heap last accepted something, in milliseconds since 1970; 0: never. */
  lastAccepted = 0;
  /** Answers in a row that said the environment is unknown. */
  unknownInARow = 0;
  private failuresInARow = 0;
  private firstFailure = 0;
  private parked: number | undefined;
  private probeAt = 0;
  private backoff: IBackoff<unknown> | undefined;

  constructor(
    private readonly backoffs: IBackoffFactory<unknown>,
    private readonly changed: (state: HealthState) => void,
  ) {}

  get state(): HealthState {
    if (this.parked !== undefined) return { parked: this.parked };
    return this.failuresInARow >= DOWN_AFTER ? { downSince: this.firstFailure } : {};
  }

  get isWell(): boolean {
    return this.parked === undefined && this.failuresInARow < DOWN_AFTER;
  }

  /** When the next probe may go out; only when the environment is not well. */
  get nextProbe(): number {
    return this.probeAt;
  }

  accepted(now: number): void {
    const wasWell = this.isWell;
    this.lastAccepted = now;
    this.unknownInARow = 0;
    this.failuresInARow = 0;
    this.parked = undefined;
    this.backoff = undefined;
    if (!wasWell) this.changed(this.state);
  }

  failed(now: number): void {
    if (this.failuresInARow++ === 0) this.firstFailure = now;
    if (this.parked !== undefined || this.failuresInARow < DOWN_AFTER) return;
    this.backoff = this.backoff?.next(undefined) ?? this.backoffs.next(undefined);
    this.probeAt = now + this.backoff.duration;
    if (this.failuresInARow === DOWN_AFTER) this.changed(this.state);
  }

  park(status: number, now: number): void {
    this.probeAt = now + PARKED_PROBE_MS;
    if (this.parked === status) return;
    this.parked = status;
    this.changed(this.state);
  }
}
