/** A hub in simulated time, from its start to its death: what it waits for, and what it is sent, dies with it. */

import { rmSync } from "node:fs";
import pino from "pino";
import { Deliveries } from "../../src/delivery";
import type { Reading } from "../../src/delivery/reading";
import { type Outbox, openSqliteOutbox } from "../../src/outbox";
import type { LookAheadLimits } from "../../src/sending/look-ahead";
import { copyAsKilled } from "./folder-bytes";
import type { HandDrivenClock } from "./hand-driven-clock";
import type { Ledger } from "./ledger";
import { memoryFolder } from "./memory-folder";
import type { SimulatedHeap } from "./simulated-heap";
import type { Result } from "./simulated-looker";

export interface Surroundings {
  clock: HandDrivenClock;
  heap: SimulatedHeap;
  ledger: Ledger;
  /** Requests at once. */
  maxConcurrent: number;
  limits: LookAheadLimits;
  settleMs: number;
  timeoutMs: number;
}

export class SimulatedHub {
  readonly outbox: Outbox;
  readonly deliveries: Deliveries;
  /** Results that it is reading. */
  readonly reading: { delivery: Reading; result: Result }[] = [];
  private isAlive = true;

  /** @param folder with what the hub before it left */
  constructor(
    readonly folder: string,
    { clock, heap, ledger, ...options }: Surroundings,
  ) {
    const log = pino({ level: "silent" });
    const isAlive = () => this.isAlive;
    const own = {
      now: clock.now,
      monotonic: clock.monotonic,
      // Real time too has no fractions of a millisecond.
      after: (milliseconds: number, callback: () => void, signal: AbortSignal) => {
        const call = () => {
          if (this.isAlive) callback();
        };
        clock.after(Math.ceil(milliseconds), call, signal);
      },
    };
    this.outbox = openSqliteOutbox({
      ...{ dataDir: folder, maxBytes: 1e9, rejectsTolerated: 0, clock: own, log },
    });
    ledger.watch(this.outbox, clock.now, isAlive);
    this.deliveries = new Deliveries({
      ...options,
      outbox: this.outbox,
      client: { send: (request) => heap.send(request, isAlive) },
      retentionMs: 1e9,
      clock: own,
      log,
      observe: () => undefined,
    });
    void this.deliveries.resume();
  }

  /** @returns a folder with what it leaves on the disk */
  die(): string {
    this.isAlive = false;
    return copyAsKilled(this.folder, memoryFolder());
  }

  async close(): Promise<void> {
    await this.outbox.upkeep.close();
    rmSync(this.folder, { recursive: true });
  }
}
