/** What nobody waits for is written a little later, together, and in its order; again until it can be. */

import type { Logger } from "pino";
import { Alarm, type Clock } from "../../clock";
import { errorCode } from "../../error-code";
import { newLifetime } from "../../lifetime";
import { LeaseLost } from "../logs";
import { DatabaseTrouble } from "./trouble";

/** What is written together waits so long for company, in milliseconds. */
const SOON_MS = 50;

/** What could not be written is tried again after so many milliseconds. */
const AGAIN_MS = 500;

interface Task {
  /** Done maybe several times over: it must do no harm. */
  work(): Promise<void>;
  resolve(): void;
  reject(error: LeaseLost): void;
}

export class WriteQueue {
  private tasks: Task[] = [];
  /** The writing that goes on. */
  private round: Promise<void> = Promise.resolve();
  private readonly lifetime = newLifetime();
  private readonly flushSoon: Alarm;

  constructor(
    clock: Clock,
    private readonly log: Logger,
  ) {
    this.flushSoon = new Alarm(clock, () => void this.flush(), this.lifetime.signal);
  }

  /** @throws LeaseLost when the work does */
  soon(work: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.tasks.push({ work, resolve, reject });
      if (!this.flushSoon.isSet) this.flushSoon.set(SOON_MS);
    });
  }

  /** Resolves when everything that was asked for has been tried. */
  flush(): Promise<void> {
    this.flushSoon.off();
    this.round = this.round.then(() => this.writeAll());
    return this.round;
  }

  /** Resolves when nothing is being written. */
  idle(): Promise<void> {
    return this.round;
  }

  /** Tries once more, and takes nothing from then on. */
  async close(): Promise<void> {
    await this.flush();
    this.lifetime.abort();
  }

  private async writeAll(): Promise<void> {
    const { tasks } = this;
    if (tasks.length === 0) return;
    this.tasks = [];
    const left: Task[] = [];
    for (const [at, task] of tasks.entries()) {
      const problem = await this.attempt(task);
      if (problem === undefined) continue;
      left.push(task);
      if (!(problem instanceof DatabaseTrouble)) continue;
      // Nothing else could be written either.
      left.push(...tasks.slice(at + 1));
      break;
    }
    if (left.length === 0) return;
    this.tasks = [...left, ...this.tasks];
    if (!this.flushSoon.isSet) this.flushSoon.set(AGAIN_MS);
  }

  /** @returns why it is to be tried again; undefined when it is not */
  private async attempt({ work, resolve, reject }: Task): Promise<unknown> {
    try {
      await work();
      resolve();
      return undefined;
    } catch (error) {
      if (error instanceof LeaseLost) {
        reject(error);
        return undefined;
      }
      this.log.error({ code: errorCode(error) }, "the outbox can't be written");
      return error ?? new Error("unknown");
    }
  }
}
