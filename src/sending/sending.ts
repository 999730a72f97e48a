/** Sends what waits for Heap: a scheduler for each environment that something waits for, or went to a moment ago. */

import { decorrelatedJitterGenerator, ExponentialBackoff, type IBackoffFactory } from "cockatiel";
import type { Logger } from "pino";
import { logName } from "../batches";
import type { Clock } from "../clock";
import { errorCode } from "../error-code";
import { type Environment, EnvironmentSender, type HeapClient } from "../heap";
import { newLifetime } from "../lifetime";
import { ignoreLeaseLost, type Lease, type Outbox } from "../outbox";
import type { LookAheadLimits } from "./look-ahead";
import type { RequestEvents } from "./requests";
import { Scheduler } from "./scheduler";

export type { RequestEvents } from "./requests";

export interface SendingOptions {
  outbox: Pick<Outbox, "logs" | "changes">;
  client: Pick<HeapClient, "send">;
  /** Requests at once for one environment. One delivery has half of them at most: so another begins at once. */
  maxConcurrent: number;
  /** How long nothing may follow a request that ended without an answer, in milliseconds. */
  settleMs: number;
  /** How long a request may take, in milliseconds. */
  timeoutMs: number;
  clock: Clock;
  log: Logger;
  /** Told what becomes of the requests. */
  events: RequestEvents;
  backoff?: IBackoffFactory<unknown>;
  /** How much of a log is in memory. */
  limits?: LookAheadLimits;
}

/** The first retry after about a fifth of a second, later ones up to half a minute apart, with jitter. */
const BACKOFF = new ExponentialBackoff({
  initialDelay: 200,
  maxDelay: 30_000,
  generator: decorrelatedJitterGenerator,
});

export class Sending {
  /** By the name of the environment's log; undefined: it is about to be this hub's. */
  private readonly schedulers = new Map<string, Scheduler | undefined>();
  private readonly lifetime = newLifetime();

  constructor(private readonly options: SendingOptions) {
    const { changes } = options.outbox;
    const { signal } = this.lifetime;
    changes.listen("grown", (environment) => this.seeTo(environment), signal);
    changes.listen(
      "cancelled",
      ({ id, environment }) => void this.schedulers.get(logName(environment))?.drop(id),
      signal,
    );
    changes.listen("probe", (environment) => this.schedulers.get(logName(environment))?.tryNow(), signal);
  }

  /** How many environments are seen to. */
  get size(): number {
    return this.schedulers.size;
  }

  /** Takes up what waits already. */
  async start(): Promise<void> {
    for (const environment of await this.options.outbox.logs.waiting()) this.seeTo(environment);
  }

  /** Probes an environment that is not well now, instead of when its time has come. */
  tryNow(environment: Environment): Promise<void> {
    return this.options.outbox.logs.askToProbe(environment);
  }

  /** What keeps deliveries waiting, a sentence each. */
  troubles(): string[] {
    return [...this.schedulers].flatMap(([name, scheduler]) => {
      const { parked, downSince } = scheduler?.health.state ?? {};
      if (parked !== undefined) return [`Heap does not know ${name} (it answers ${parked}).`];
      return downSince === undefined
        ? []
        : [`${name} takes nothing since ${new Date(downSince).toISOString()}.`];
    });
  }

  /** Sends nothing more, waits for what is under way, and leaves the logs to other hubs. */
  async stop(): Promise<void> {
    this.lifetime.abort();
    await Promise.all([...this.schedulers.values()].map((scheduler) => scheduler?.leave()));
  }

  /** Something waits for the environment. */
  private seeTo(environment: Environment): void {
    const name = logName(environment);
    if (this.schedulers.has(name)) this.schedulers.get(name)?.grown();
    else void this.begin(name, environment);
  }

  private async begin(name: string, environment: Environment): Promise<void> {
    this.schedulers.set(name, undefined);
    const lease = await this.own(environment);
    if (!lease || this.lifetime.signal.aborted) {
      this.schedulers.delete(name);
      return;
    }
    const scheduler = this.newScheduler(name, lease);
    this.schedulers.set(name, scheduler);
    lease.lost.addEventListener("abort", () => this.lose(name, scheduler), { once: true });
    await scheduler.start();
  }

  /** @returns undefined when the log is another hub's, or that can't be found out now: the outbox tells of it again */
  private async own(environment: Environment): Promise<Lease | undefined> {
    try {
      return await this.options.outbox.logs.own(environment);
    } catch (error) {
      this.options.log.error({ code: errorCode(error) }, "the outbox can't be read");
      return undefined;
    }
  }

  /** The log may be another hub's: this one breaks off what it sends of it. */
  private lose(name: string, scheduler: Scheduler): void {
    if (this.schedulers.get(name) !== scheduler || this.lifetime.signal.aborted) return;
    this.schedulers.delete(name);
    this.options.log.warn(
      { environment: scheduler.environment.id },
      "the log of an environment is lost to another hub",
    );
    void scheduler.stop();
  }

  private newScheduler(name: string, lease: Lease): Scheduler {
    const { outbox, client, maxConcurrent, clock, log, backoff, events } = this.options;
    const { logs } = outbox;
    const scheduler: Scheduler = new Scheduler({
      ...this.options,
      logs,
      lease,
      sender: new EnvironmentSender(client, maxConcurrent, clock),
      maxOfDelivery: Math.max(maxConcurrent >> 1, 1),
      backoff: backoff ?? BACKOFF,
      log: log.child({ environment: lease.environment.id }),
      onHealth: (state) => void logs.setHealth(lease, state).catch(ignoreLeaseLost),
      onHeldUp: (delivery, isHeldUp) => {
        void logs.setHeldUp(lease, delivery, isHeldUp).catch(ignoreLeaseLost);
        if (isHeldUp) events.heldUp(delivery);
      },
      onIdle: () => {
        this.schedulers.delete(name);
        // Whatever was wrong with it: nothing waits for it any more.
        if (!scheduler.health.isWell) void logs.setHealth(lease, {}).catch(ignoreLeaseLost);
        void scheduler.stop().then(() => logs.giveBack(lease, true));
      },
    });
    return scheduler;
  }
}
