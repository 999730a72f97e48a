/** Commits what several deliveries ask for at the same moment together: the disk is waited for once. */

import type { Logger } from "pino";
import { Alarm, type Clock } from "../../clock";
import { errorCode } from "../../error-code";
import { newLifetime } from "../../lifetime";
import { OutboxError } from "../outbox";
import type { Database } from "./driver";

/** What nobody waits for is committed after so long at the latest, in milliseconds. */
const SOON_MS = 50;

/** What could not be committed, and nobody waits for, is tried again after so many milliseconds. */
const AGAIN_MS = 500;

/** Done in a transaction, maybe several times over: only the last one counts. */
interface Task {
  work(): void;
  /** It is on the disk: called in the same turn of the event loop. */
  stored(): void;
  /** Absent: it is tried until it can be stored. */
  failed?(error: OutboxError): void;
}

export class GroupCommit {
  private waiting: Task[] = [];
  private unhurried: Task[] = [];
  private isScheduled = false;
  private readonly lifetime = newLifetime();
  private readonly flushSoon: Alarm;

  constructor(
    private readonly database: Database,
    clock: Clock,
    private readonly log: Logger,
  ) {
    this.flushSoon = new Alarm(clock, () => this.flush(), this.lifetime.signal);
  }

  /**
   * Does the work in a transaction, as soon as what else is asked for in this turn of the event loop is known.
   * @param stored is told what the work gave, as soon as it is on the disk
   * @throws OutboxError when it can't be stored: then nothing of it is
   */
  commit<T>(work: () => T, stored: (result: T) => void = () => undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push(
        keeping(
          work,
          (result) => {
            stored(result);
            resolve(result);
          },
          reject,
        ),
      );
      this.hurry();
    });
  }

  /** What waits is committed as soon as this turn of the event loop is over. */
  hurry(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.flush());
  }

  /** Does the work in order with all other such work, soon, and again until it can be stored. */
  soon<T>(work: () => T, stored: (result: T) => void = () => undefined): Promise<void> {
    return new Promise((resolve) => {
      if (this.lifetime.signal.aborted) return;
      this.unhurried.push(
        keeping(work, (result) => {
          stored(result);
          resolve();
        }),
      );
      if (!this.flushSoon.isSet) this.flushSoon.set(SOON_MS);
    });
  }

  /** Tries once more to commit what is left, and takes nothing from then on. */
  close(): void {
    this.flush();
    this.lifetime.abort();
  }

  private flush(): void {
    this.isScheduled = false;
    this.flushSoon.off();
    const { waiting, unhurried } = this;
    this.waiting = [];
    this.unhurried = [];
    const all = [...unhurried, ...waiting];
    if (all.length === 0) return;
    const failure = this.attempt(all);
    if (failure === undefined) {
      for (const task of all) task.stored();
      return;
    }
    this.log.error({ code: errorCode(failure) }, "the outbox can't be written");
    // First what was asked for first; and nothing must fail because of something else.
    const left = all.filter((task) => !this.isDoneAlone(task));
    if (left.length === 0) return;
    this.unhurried = [...left, ...this.unhurried];
    if (!this.flushSoon.isSet) this.flushSoon.set(AGAIN_MS);
  }

  /** @returns false when it is to be tried again */
  private isDoneAlone(task: Task): boolean {
    const failure = this.attempt([task]);
    if (failure === undefined) task.stored();
    else task.failed?.(toOutboxError(failure));
    return failure === undefined || task.failed !== undefined;
  }

  /** @returns what went wrong; undefined when everything is on the disk */
  private attempt(tasks: readonly Task[]): unknown {
    try {
      this.database.transaction(() => {
        for (const { work } of tasks) work();
      })();
      return undefined;
    } catch (error) {
      return error ?? new Error("unknown");
    }
  }
}

function keeping<T>(work: () => T, stored: (result: T) => void, failed?: (error: OutboxError) => void): Task {
  let last: { result: T } | undefined;
  return {
    work() {
      last = { result: work() };
    },
    stored() {
      if (last) stored(last.result);
    },
    ...(failed && { failed }),
  };
}

function toOutboxError(error: unknown): OutboxError {
  const code = errorCode(error);
  return new OutboxError(
    code === "SQLITE_FULL"
      ? "the action hub's disk is full"
      : `the action hub can't store what it reads (${code})`,
  );
}
