/**
 * Whether Heap takes requests for an environment: well; down (nothing gets through: probed with one request at a
 * time, less and less often); or parked (Heap does not know it: probed every quarter of an hour).
 */

import type { IBackoff, IBackoffFactory } from "cockatiel";
import type { Clock } from "../clock";
import type { Answer } from "../heap";
import type { HealthState } from "../report";

/** Requests in a row that failed, after which Heap counts as down. */
const DOWN_AFTER = 8;

/** How often a parked environment is probed, in milliseconds. */
const PARKED_PROBE_MS = 15 * 60_000;

export class EnvironmentHealth {
  /** Requests that Heap has accepted: by it a part tells whether others got through since it failed. */
  accepted = 0;
  /** Answers in a row that said the environment is unknown. */
  unknownInARow = 0;
  private failuresInARow = 0;
  /** In milliseconds since 1970. */
  private firstFailure = 0;
  private parked: number | undefined;
  private probeAt = 0;
  private backoff: IBackoff<unknown> | undefined;

  constructor(
    private readonly clock: Clock,
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

  /** When the next probe may go out, by the monotonic clock; only when the environment is not well. */
  get nextProbe(): number {
    return this.probeAt;
  }

  /** The next probe need not wait for its time. */
  probeSoon(): void {
    this.probeAt = Math.min(this.probeAt, this.clock.monotonic());
  }

  /** Heap has answered, or has not. */
  answered(kind: Answer["kind"]): void {
    if (kind === "accepted") this.accepted++;
    if (kind === "unknown environment") this.unknownInARow++;
    else if (kind === "failed" || kind === "unanswered") this.failed();
    else if (kind !== "withheld") this.isUp(kind);
  }

  park(status: number): void {
    this.probeAt = this.clock.monotonic() + PARKED_PROBE_MS;
    if (this.parked === status) return;
    this.parked = status;
    this.changed(this.state);
  }

  /** Whatever Heap says of a request, it is there. */
  private isUp(kind: Answer["kind"]): void {
    const wasWell = this.isWell;
    this.failuresInARow = 0;
    this.backoff = undefined;
    // "Too many" says nothing about whether the environment is known.
    if (kind !== "too many") {
      this.unknownInARow = 0;
      this.parked = undefined;
    }
    if (wasWell !== this.isWell) this.changed(this.state);
  }

  private failed(): void {
    if (this.failuresInARow++ === 0) this.firstFailure = this.clock.now();
    if (this.isWell) return;
    this.backoff = this.backoff?.next(undefined) ?? this.backoffs.next(undefined);
    this.probeAt = this.clock.monotonic() + this.backoff.duration;
    if (this.failuresInARow === DOWN_AFTER) this.changed(this.state);
  }
}
