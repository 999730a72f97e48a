/** Sends what waits for Heap: a scheduler for each environment that something waits for, or went to a moment ago. */

import { decorrelatedJitterGenerator, ExponentialBackoff, type IBackoffFactory } from "cockatiel";
import type { Logger } from "pino";
import { logName } from "../batches";
import type { Clock } from "../clock";
import { type Environment, EnvironmentSender, type HeapClient } from "../heap";
import type { Outbox } from "../outbox";
import type { HealthState } from "./environment-health";
import type { RequestEvents } from "./requests";
import { Scheduler } from "./scheduler";

/** Told what becomes of the batches, and how Heap takes them. */
export interface SendingEvents extends RequestEvents {
  health(environment: Environment, state: HealthState): void;
}

export interface SendingOptions {
  outbox: Outbox;
  client: Pick<HeapClient, "send">;
  /** Requests at once for one environment. */
  maxConcurrent: number;
  /** How long nothing may follow a request that ended without an answer, in milliseconds. */
  settleMs: number;
  /** How long a request may take, in milliseconds. */
  timeoutMs: number;
  clock: Clock;
  log: Logger;
  events: SendingEvents;
  backoff?: IBackoffFactory<unknown>;
}

/** The first retry after about a fifth of a second, later ones up to half a minute apart, with jitter. */
const BACKOFF = new ExponentialBackoff({
  initialDelay: 200,
  maxDelay: 30_000,
  generator: decorrelatedJitterGenerator,
});

export class Sending {
  /** By the name of the environment's log. */
  private readonly schedulers = new Map<string, Scheduler>();
  /** By the monotonic clock. */
  private readonly startedAt: number;

  constructor(private readonly options: SendingOptions) {
    this.startedAt = options.clock.monotonic();
  }

  /** How many environments are seen to. */
  get size(): number {
    return this.schedulers.size;
  }

  /** The scheduler of an environment: it begins when it is asked for, and is let go when nothing is left to do. */
  to(environment: Environment): Scheduler {
    const name = logName(environment);
    const known = this.schedulers.get(name);
    if (known) return known;
    const scheduler = this.made(name, environment);
    this.schedulers.set(name, scheduler);
    void scheduler.start();
    return scheduler;
  }

  /** How Heap takes what is for an environment; undefined: nothing waits for it. */
  healthOf(environment: Environment): HealthState | undefined {
    return this.schedulers.get(logName(environment))?.health.state;
  }

  /** What keeps deliveries waiting, a sentence each. */
  troubles(): string[] {
    return [...this.schedulers].flatMap(([name, { health }]) => {
      const { parked, downSince } = health.state;
      if (parked !== undefined) return [`Heap does not know ${name} (it answers ${parked}).`];
      return downSince === undefined
        ? []
        : [`${name} takes nothing since ${new Date(downSince).toISOString()}.`];
    });
  }

  /** Sends nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    await Promise.all([...this.schedulers.values()].map((scheduler) => scheduler.stop()));
  }

  private made(name: string, environment: Environment): Scheduler {
    const { client, maxConcurrent, clock, log, events, backoff } = this.options;
    const scheduler = new Scheduler({
      ...this.options,
      name,
      sender: new EnvironmentSender(client, maxConcurrent, clock),
      hubStartedAt: this.startedAt,
      backoff: backoff ?? BACKOFF,
      log: log.child({ environment: environment.id }),
      events: {
        ...events,
        health: (state) => events.health(environment, state),
        idle: () => {
          this.schedulers.delete(name);
          // Whatever was wrong with it: nothing waits for it any more.
          if (!scheduler.health.isWell) events.health(environment, {});
          void scheduler.stop();
        },
      },
    });
    return scheduler;
  }
}
