/** One life of a hub's sending side: the real scheduler on a real outbox, with a clock that ends with it. */

import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { ExponentialBackoff, noJitterGenerator } from "cockatiel";
import pino from "pino";
import type { Clock } from "../../src/clock";
import type { LoggedBatch } from "../../src/delivery/batch";
import type { HealthState } from "../../src/delivery/environment-health";
import { Scheduler, type SchedulerEvents, type Sender } from "../../src/delivery/scheduler";
import { SqliteOutbox } from "../../src/delivery/sqlite/sqlite-outbox";
import type { Reject } from "../../src/delivery/update";
import type { Answer, HeapRequest } from "../../src/heap";
import type { SimulatedHeap } from "./simulated-heap";
import { LOG } from "./stored-delivery";

export const SETTLE_MS = 5_000;
export const TIMEOUT_MS = 20_000;
const MAX_CONCURRENT = 8;

const DATABASE = "outbox.sqlite3";

/** What it tells a test, over all its lives. */
export interface HubEvents {
  refused(batch: LoggedBatch, reject: Reject): void;
  finished(batch: LoggedBatch): void;
  health(state: HealthState): void;
}

export class SimulatedHub {
  readonly outbox: SqliteOutbox;
  private readonly scheduler: Scheduler;
  private isAlive = true;

  constructor(
    private readonly folder: string,
    heap: SimulatedHeap,
    clock: Clock,
    events: HubEvents,
  ) {
    const ownClock = this.mortal(clock);
    const log = pino({ level: "silent" });
    this.outbox = new SqliteOutbox({ dataDir: folder, maxBytes: 1e9, clock: ownClock, log });
    this.scheduler = new Scheduler({
      name: LOG,
      outbox: this.outbox,
      sender: new SimulatedSender(heap, ownClock, () => this.isAlive),
      clock: ownClock,
      settleMs: SETTLE_MS,
      timeoutMs: TIMEOUT_MS,
      hubStartedAt: clock.now(),
      backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 30_000, generator: noJitterGenerator }),
      events: this.only(events),
      log,
    });
  }

  start(): Promise<void> {
    return this.scheduler.start();
  }

  grown(): void {
    this.scheduler.grown();
  }

  /** As on SIGTERM. */
  async stop(): Promise<void> {
    await this.scheduler.stop();
    this.isAlive = false;
    await this.outbox.close();
  }

  /**
   * As by `kill -9`: nothing of it runs any more.
   * @param remains a folder that does not exist: gets what was on the disk at this moment
   */
  async die(remains: string): Promise<void> {
    mkdirSync(remains);
    for (const file of [DATABASE, `${DATABASE}-wal`]) {
      const from = path.join(this.folder, file);
      if (existsSync(from)) copyFileSync(from, path.join(remains, file));
    }
    this.isAlive = false;
    await this.outbox.close();
  }

  private mortal(clock: Clock): Clock {
    return {
      now: clock.now,
      after: (milliseconds, callback) =>
        clock.after(milliseconds, () => {
          if (this.isAlive) callback();
        }),
    };
  }

  private only({ refused, finished, health }: HubEvents): SchedulerEvents {
    return { sent: () => undefined, refused, finished, health };
  }
}

/** In place of `heap`'s: as many requests at once, and the same pauses, in simulated time. */
class SimulatedSender implements Sender {
  private pausedUntil = 0;
  private isStopped = false;
  private goOn: () => void = () => undefined;

  constructor(
    private readonly heap: SimulatedHeap,
    private readonly clock: Clock,
    private readonly isAlive: () => boolean,
  ) {}

  get pauseEnds(): number {
    return this.pausedUntil;
  }

  hasRoom(underWay: number): boolean {
    return this.isAlive() && underWay < MAX_CONCURRENT && this.pausedUntil <= this.clock.now();
  }

  async send(request: HeapRequest): Promise<Answer> {
    while (this.pausedUntil > this.clock.now() && !this.isStopped) await this.pauseIsOver();
    if (this.isStopped) return { kind: "withheld" };
    const answer = this.isAlive() ? await this.heap.send(request) : undefined;
    return answer !== undefined && this.isAlive() ? answer : new Promise(() => undefined);
  }

  pause(milliseconds: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.clock.now() + milliseconds);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.goOn();
  }

  private pauseIsOver(): Promise<void> {
    const { goOn } = this;
    return new Promise((resolve) => {
      this.goOn = () => {
        goOn();
        resolve();
      };
      this.clock.after(this.pausedUntil - this.clock.now(), resolve);
    });
  }
}
