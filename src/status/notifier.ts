/** Tells `NOTIFY_WEBHOOK_URL` of deliveries that went wrong: one notice after the other, and nobody waits for it. */

import { ExponentialBackoff, type IBackoff } from "cockatiel";
import type { Logger } from "pino";
import type { Clock } from "../clock";
import { Connections } from "../connections";
import type { ObservedDelivery, ObservedEvent } from "../delivery";
import { errorCode } from "../error-code";
import { newLifetime } from "../lifetime";
import { readText, SHORT_ANSWER_BYTES } from "../read-text";
import { type Notice, noticeOf } from "./notice";
import type { NoticeStore } from "./notice-file";

export interface NotifierOptions {
  /** Secret: whoever knows it can write there. */
  url: string;
  store: NoticeStore;
  /** The address of a delivery's page; undefined when the hub does not know its own. */
  linkTo(delivery: ObservedDelivery): string | undefined;
  clock: Clock;
  log: Logger;
  /** Told what became of a notice. */
  onResult(result: NoticeResult): void;
}

export type NoticeResult = "sent" | "failed" | "dropped";

/** More than that wait only where nobody listens. */
const MAX_WAITING = 100;

/** How long an answer may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** How often it is looked whether another hub has left some, in milliseconds. */
const INHERIT_MS = 10_000;

/** With these waits, some two hours. */
const MAX_ATTEMPTS = 20;
const BACKOFF = new ExponentialBackoff({ initialDelay: 1000, maxDelay: 600_000 });

export class Notifier {
  private readonly connections = new Connections();
  private readonly stopping = newLifetime();
  /** The first is on its way, or about to be. */
  private waiting: Notice[];
  private isBusy = false;
  private attempts = 0;
  private backoff: IBackoff<unknown> | undefined;

  /** Takes up what a hub before this one could not send. */
  constructor(private readonly options: NotifierOptions) {
    this.waiting = this.kept();
  }

  /** Sends what is left of before, and from now on what other hubs leave. */
  start(): void {
    this.sendOn();
    void this.inherit();
  }

  readonly observe = (event: ObservedEvent): void => {
    const notice = noticeOf(event, this.options.linkTo);
    if (notice) this.add(notice);
  };

  /** Sends nothing more. What has not been sent is kept for the next start. */
  stop(): void {
    this.stopping.abort();
    this.connections.close();
  }

  private add(notice: Notice): void {
    if (this.waiting.length >= MAX_WAITING) {
      // The first may be on its way: the one behind it is the oldest that can go.
      this.waiting.splice(1, 1);
      this.options.onResult("dropped");
    }
    this.waiting.push(notice);
    this.keep();
    this.sendOn();
  }

  private sendOn(): void {
    if (!this.isBusy) void this.sendFirst();
  }

  private async inherit(): Promise<void> {
    const { store, clock } = this.options;
    const { signal } = this.stopping;
    if (!store.inherit || signal.aborted) return;
    // A database that can't be asked now is asked again.
    const left = await store.inherit().catch(() => []);
    for (const notice of left) this.add(notice);
    clock.after(INHERIT_MS, () => void this.inherit(), signal);
  }

  private async sendFirst(): Promise<void> {
    const [notice] = this.waiting;
    this.isBusy = notice !== undefined;
    if (!notice || this.stopping.signal.aborted) return;
    this.attempts++;
    const problem = await this.post(notice);
    if (this.stopping.signal.aborted) return;
    if (problem === undefined) this.settle(notice, "sent");
    else if (!problem.mayPass || this.attempts >= MAX_ATTEMPTS) {
      const fields = { delivery: notice.delivery, cause: problem.cause };
      this.options.log.error(fields, "a notice could not be sent to NOTIFY_WEBHOOK_URL");
      this.settle(notice, "failed");
    } else {
      this.backoff = this.backoff?.next(undefined) ?? BACKOFF.next();
      this.options.clock.after(this.backoff.duration, () => void this.sendFirst(), this.stopping.signal);
    }
  }

  private settle(notice: Notice, result: NoticeResult): void {
    this.waiting = this.waiting.filter((other) => other !== notice);
    this.attempts = 0;
    this.backoff = undefined;
    this.keep();
    this.options.onResult(result);
    void this.sendFirst();
  }

  /** @returns what went wrong, and whether another try may succeed; undefined when nothing did */
  private async post(notice: Notice): Promise<{ cause: string; mayPass: boolean } | undefined> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await this.connections.request(new URL(this.options.url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(notice),
        signal: AbortSignal.any([timeout, this.stopping.signal]),
      });
      // Nothing of the answer is wanted, but that the connection is free for the next notice.
      void readText(response, SHORT_ANSWER_BYTES).catch(() => undefined);
      const { statusCode = 0 } = response;
      if (statusCode >= 200 && statusCode < 300) return undefined;
      const mayPass = statusCode >= 500 || statusCode === 408 || statusCode === 429;
      return { cause: `HTTP ${statusCode}`, mayPass };
    } catch (error) {
      return { cause: timeout.aborted ? "time-out" : errorCode(error), mayPass: true };
    }
  }

  private kept(): Notice[] {
    try {
      return this.options.store.read();
    } catch (error) {
      this.options.log.warn({ code: errorCode(error) }, "unsent notices of before can't be read");
      return [];
    }
  }

  private keep(): void {
    try {
      this.options.store.write(this.waiting);
    } catch (error) {
      this.options.log.warn({ code: errorCode(error) }, "unsent notices can't be kept over a restart");
    }
  }
}
