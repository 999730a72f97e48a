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

interface Waiting {
  work: () => void;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export class GroupCommit {
  private waiting: Waiting[] = [];
  private unhurried: (() => void)[] = [];
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
   * @throws OutboxError when it can't be stored: then nothing of it is
   */
  commit(work: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ work, resolve, reject });
      if (this.isScheduled) return;
      this.isScheduled = true;
      setImmediate(() => this.flush());
    });
  }

  /** Does the work in order with all other such work, soon, and again until it can be stored. */
  soon(work: () => void, within = SOON_MS): void {
    if (this.lifetime.signal.aborted) return;
    this.unhurried.push(work);
    if (!this.flushSoon.isSet) this.flushSoon.set(within);
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
    if (waiting.length === 0 && unhurried.length === 0) return;
    const failure = this.attempt([...unhurried, ...waiting.map(({ work }) => work)]);
    if (failure === undefined) {
      for (const { resolve } of waiting) resolve();
      return;
    }
    this.log.error({ code: errorCode(failure) }, "the outbox can't be written");
    // First what was asked for first; and nothing must fail because of something else.
    const left = unhurried.filter((work) => this.attempt([work]) !== undefined);
    for (const each of waiting) this.alone(each);
    if (left.length === 0) return;
    this.unhurried = [...left, ...this.unhurried];
    if (!this.flushSoon.isSet) this.flushSoon.set(AGAIN_MS);
  }

  private alone({ work, resolve, reject }: Waiting): void {
    const failure = this.attempt([work]);
    if (failure === undefined) resolve();
    else reject(toOutboxError(failure));
  }

  /** @returns what went wrong; undefined when everything is on the disk */
  private attempt(work: readonly (() => void)[]): unknown {
    try {
      this.database.transaction(() => {
        for (const each of work) each();
      })();
      return undefined;
    } catch (error) {
      return error ?? new Error("unknown");
    }
  }
}

function toOutboxError(error: unknown): OutboxError {
  const code = errorCode(error);
  return new OutboxError(
    code === "SQLITE_FULL"
      ? "the action hub's disk is full"
      : `the action hub can't store what it reads (${code})`,
  );
}
