/** How far `send` has come: first with reading the file, then with sending its users. */

import type { ObservedDelivery, Observer } from "../delivery";
import { countsOf } from "../status";
import { MEGABYTES, type Progress, startProgress, USERS } from "./progress";

/** How often the bar is drawn anew, in milliseconds. */
const LOOK_EVERY_MS = 100;

export class SendProgress {
  private bytes = 0;
  private isReading = true;
  private isStopped = false;
  private bar: Progress;
  private delivery: ObservedDelivery | undefined;
  private readonly timer: NodeJS.Timeout;

  /** @param size of the file, in bytes */
  constructor(private readonly size: number) {
    this.bar = startProgress("Reading", size, MEGABYTES);
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  readonly observe: Observer = (event) => {
    if (event.is === "started") this.delivery = event.delivery;
  };

  read(bytes: number): void {
    this.bytes += bytes;
  }

  /** What became of the delivery; empty when there was none. */
  get outcome(): object {
    return this.delivery ? { delivery: this.delivery.id, ...countsOf(this.delivery.report) } : {};
  }

  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    clearInterval(this.timer);
    this.look();
    this.bar.stop();
  }

  private look(): void {
    const report = this.delivery?.report;
    if (this.isReading && report?.reading.end !== undefined && !report.reading.dryRun) {
      this.bar.update(this.size);
      this.bar.stop();
      this.bar = startProgress("Sending", report.reading.users, USERS);
      this.isReading = false;
    }
    if (this.isReading) this.bar.update(this.bytes);
    else if (report) this.bar.update(report.sent + report.refused);
  }
}
