/** How far `send` has come: first with reading the file, then with sending its users. */

import type { ObservedDelivery, Observer } from "../delivery";
import { factsOf, nounOf } from "../report";
import { countsOf } from "../status";
import { MEGABYTES, type Progress, startProgress, type Unit, USERS } from "./progress";

/** How often the bar is drawn anew, in milliseconds. */
const LOOK_EVERY_MS = 100;

export class SendProgress {
  private bytes = 0;
  private isReading = true;
  private isStopped = false;
  private bar: Progress;
  /** As far as is known of it. */
  private delivery: ObservedDelivery | undefined;
  private isDryRun = false;
  private isRead = false;
  private users = 0;
  private done = 0;
  private readonly timer: NodeJS.Timeout;

  /**
   * @param size of the file, in bytes
   * @param nameOf the name of an environment, where it has one
   */
  constructor(
    private readonly size: number,
    private readonly nameOf: (environmentId: string) => string | undefined,
  ) {
    this.bar = startProgress("Reading", size, MEGABYTES);
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  readonly observe: Observer = (event) => {
    switch (event.is) {
      case "started":
        this.isDryRun = event.delivery.report.asked.dryRun;
        this.delivery = event.delivery;
        return;
      case "read":
        this.users += event.counts.users;
        if (event.isLast) this.isRead = true;
        return;
      case "done":
        this.done += event.sent + event.refused;
        return;
      case "answered":
      case "ended":
        this.delivery = event.delivery;
    }
  };

  read(bytes: number): void {
    this.bytes += bytes;
  }

  /** What became of the delivery; empty when there was none. */
  get outcome(): object {
    if (!this.delivery) return {};
    const { id, report } = this.delivery;
    return {
      delivery: id,
      ...countsOf(report),
      facts: factsOf(report, { quoting: true, nameOf: this.nameOf }),
    };
  }

  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    clearInterval(this.timer);
    this.look();
    this.bar.stop();
  }

  private get unit(): Unit {
    return this.delivery ? { name: `${nounOf(this.delivery.report)}s`, size: 1 } : USERS;
  }

  private look(): void {
    if (this.isReading && this.isRead && !this.isDryRun) {
      this.bar.update(this.size);
      this.bar.stop();
      this.bar = startProgress("Sending", this.users, this.unit);
      this.isReading = false;
    }
    if (this.isReading) this.bar.update(this.bytes);
    else this.bar.update(this.done);
  }
}
