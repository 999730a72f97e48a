/**
 * One scheduler for each environment that deliveries go to. The deliveries are told what becomes of their batches, and
 * how their environment is.
 */

import { decorrelatedJitterGenerator, ExponentialBackoff, type IBackoffFactory } from "cockatiel";
import type { Logger } from "pino";
import type { Clock } from "../clock";
import { type Environment, EnvironmentSender, type HeapClient } from "../heap";
import { type LoggedBatch, logName } from "./batch";
import type { Delivery } from "./delivery";
import type { HealthState } from "./environment-health";
import type { Observer } from "./observer";
import type { Outbox } from "./outbox";
import { Scheduler } from "./scheduler";

export interface SchedulersOptions {
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
  observe: Observer;
  backoff?: IBackoffFactory<unknown>;
}

/** The first retry after about a fifth of a second, later ones up to half a minute apart, with jitter. */
const BACKOFF = new ExponentialBackoff({
  initialDelay: 200,
  maxDelay: 30_000,
  generator: decorrelatedJitterGenerator,
});

export class Schedulers {
  /** By the name of the environment's log. */
  private readonly schedulers = new Map<string, Scheduler>();
  private readonly hubStartedAt: number;

  /** @param deliveries those under way, by id: as they are at any time */
  constructor(
    private readonly options: SchedulersOptions,
    private readonly deliveries: ReadonlyMap<string, Delivery>,
  ) {
    this.hubStartedAt = options.clock.now();
  }

  /** The scheduler of an environment, which begins when it is first asked for. */
  of(environment: Environment): Scheduler {
    const name = logName(environment);
    const known = this.schedulers.get(name);
    if (known) return known;
    const scheduler = this.made(name, environment);
    this.schedulers.set(name, scheduler);
    void scheduler.start();
    return scheduler;
  }

  /** A delivery to an environment that is not well shares its fate from the start. */
  noteHealth(delivery: Delivery): void {
    const { environment, reading } = delivery.report;
    const health = this.schedulers.get(logName(environment))?.health.state;
    if (health && !reading.dryRun) this.changeHealth(delivery, health);
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
    const { outbox, client, maxConcurrent, settleMs, timeoutMs, clock, log, observe, backoff } = this.options;
    return new Scheduler({
      name,
      outbox,
      sender: new EnvironmentSender(client, maxConcurrent, clock),
      clock,
      settleMs,
      timeoutMs,
      hubStartedAt: this.hubStartedAt,
      backoff: backoff ?? BACKOFF,
      log: log.child({ environment: environment.id }),
      events: {
        sent: (batch, users) => this.deliveryOf(batch)?.sent(users),
        refused: (batch, reject) => this.deliveryOf(batch)?.refused(reject),
        dropped: (batch, users) => this.deliveryOf(batch)?.dropped(users),
        finished: (batch, { sent, refusals }) => {
          observe({ is: "through", environment, sent, refused: refusals.length });
          this.deliveryOf(batch)?.batchFinished();
        },
        answered: (batch, request) => {
          observe({ is: "request", delivery: this.deliveryOf(batch), environment, ...request });
          this.deliveryOf(batch)?.answered(request.answer, request.next, request.milliseconds);
        },
        unsent: (batch, error) =>
          observe({ is: "unsent", delivery: this.deliveryOf(batch), environment, error }),
        health: (state) => {
          observe({ is: "health", environment, state });
          for (const delivery of this.deliveriesTo(name)) this.changeHealth(delivery, state);
        },
      },
    });
  }

  private changeHealth(delivery: Delivery, state: HealthState): void {
    const wasParked = delivery.report.parked !== undefined;
    delivery.health(state);
    if (wasParked || state.parked === undefined) return;
    this.options.observe({ is: "parked", delivery, isLate: delivery.wasToldSuccess });
  }

  private deliveryOf(batch: LoggedBatch): Delivery | undefined {
    return this.deliveries.get(batch.delivery);
  }

  private deliveriesTo(name: string): Delivery[] {
    return [...this.deliveries.values()].filter(
      ({ report }) => !report.reading.dryRun && logName(report.environment) === name,
    );
  }
}
