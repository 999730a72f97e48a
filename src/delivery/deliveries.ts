/** All deliveries under way, and one scheduler for each environment they go to. */

import { randomUUID } from "node:crypto";
import { decorrelatedJitterGenerator, ExponentialBackoff, type IBackoffFactory } from "cockatiel";
import type { Logger } from "pino";
import type { Clock } from "../clock";
import { EnvironmentSender, type HeapClient } from "../heap";
import { type Batch, type LoggedBatch, logName } from "./batch";
import { Delivery, type DeliveryOptions } from "./delivery";
import type { Outbox } from "./outbox";
import { Scheduler } from "./scheduler";

export interface DeliveriesOptions {
  outbox: Outbox;
  client: HeapClient;
  /** Requests at once for one environment. */
  maxConcurrent: number;
  /** How long nothing may follow a request that ended without an answer, in milliseconds. */
  settleMs: number;
  clock: Clock;
  log: Logger;
  backoff?: IBackoffFactory<unknown>;
}

/** The first retry after about a fifth of a second, later ones up to half a minute apart, with jitter. */
const BACKOFF = new ExponentialBackoff({
  initialDelay: 200,
  maxDelay: 30_000,
  generator: decorrelatedJitterGenerator,
});

export class Deliveries {
  private readonly deliveries = new Map<string, Delivery>();
  private readonly schedulers = new Map<string, Scheduler>();

  constructor(private readonly options: DeliveriesOptions) {}

  start(options: DeliveryOptions): Delivery {
    const { outbox } = this.options;
    const name = logName(options.environment);
    const delivery = new Delivery(
      randomUUID(),
      options,
      (batches) => this.commit(batches),
      () => outbox.whenRoom(name),
    );
    this.deliveries.set(delivery.id, delivery);
    const status = this.schedulers.get(name)?.parked;
    if (status !== undefined && !options.dryRun) delivery.parked(status);
    void delivery.settled.then(() => {
      if (!delivery.isParked) this.deliveries.delete(delivery.id);
    });
    return delivery;
  }

  /** Sends nothing more. What is in memory only is lost. */
  stop(): void {
    for (const scheduler of this.schedulers.values()) scheduler.stop();
  }

  private commit(batches: readonly Batch[]): void {
    this.options.outbox.append(batches);
    const [first] = batches;
    if (first) this.scheduler(first).pump();
  }

  private scheduler({ environment }: Pick<Batch, "environment">): Scheduler {
    const name = logName(environment);
    const known = this.schedulers.get(name);
    if (known) return known;
    const { outbox, client, maxConcurrent, settleMs, clock, backoff = BACKOFF } = this.options;
    const log = this.options.log.child({ environment: environment.id });
    const scheduler = new Scheduler({
      log: name,
      outbox,
      sender: new EnvironmentSender(client, maxConcurrent, clock),
      clock,
      settleMs,
      backoff,
      events: {
        sent: (batch, users) => this.of(batch)?.sent(users),
        rejected: (batch, reject) => this.of(batch)?.rejectedByHeap(reject),
        finished: (batch) => this.of(batch)?.batchFinished(batch),
        answered: (answer, milliseconds) => log.debug({ answer: answer.kind, milliseconds }, "Heap answered"),
        parked: (status) => {
          log.warn({ status }, "Heap does not know the environment: its deliveries are parked");
          for (const delivery of this.to(name)) delivery.parked(status);
        },
        resumed: () => {
          log.info("Heap knows the environment again: its deliveries go on");
          for (const delivery of this.to(name)) delivery.resumed();
        },
      },
    });
    this.schedulers.set(name, scheduler);
    return scheduler;
  }

  private of(batch: LoggedBatch): Delivery | undefined {
    return this.deliveries.get(batch.delivery);
  }

  private to(name: string): Delivery[] {
    return [...this.deliveries.values()].filter(
      (delivery) => !delivery.report.dryRun && logName(delivery.report.environment) === name,
    );
  }
}
