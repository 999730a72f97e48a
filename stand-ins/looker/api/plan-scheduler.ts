/** Runs schedules: at once, or when their crontab says so. */

import { Cron } from "croner";
import type { Clock } from "../../../src/clock";
import { newLifetime } from "../../../src/lifetime";
import type { Job, StoredPlan } from "./instance";

/** Timers take no more than 2^31 milliseconds. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

export class PlanScheduler {
  private readonly armed = new Map<string, AbortController>();
  private readonly underWay = new Set<Promise<unknown>>();

  /** @param execute calls the hub, and says how the run went */
  constructor(
    private readonly clock: Clock,
    private readonly execute: (plan: StoredPlan) => Promise<Job>,
  ) {}

  run(plan: StoredPlan): Promise<Job> {
    const job = this.execute(plan);
    this.underWay.add(job);
    void job.finally(() => this.underWay.delete(job));
    return job;
  }

  /** Sees to it that it runs when its crontab says so, and not when it did before. */
  arm(plan: StoredPlan): void {
    this.disarm(plan);
    if (!plan.enabled || !plan.crontab) return;
    const now = this.clock.now();
    const cron = new Cron(plan.crontab, { paused: true, timezone: plan.timezone ?? "UTC", mode: "5-part" });
    const next = cron.nextRun(new Date(now))?.getTime();
    if (next === undefined) return;
    const wait = Math.min(next - now, LONGEST_WAIT_MS);
    const armed = newLifetime();
    this.armed.set(plan.id, armed);
    const run = () => {
      if (this.clock.now() >= next) void this.run(plan);
      this.arm(plan);
    };
    this.clock.after(wait, run, armed.signal);
  }

  disarm({ id }: StoredPlan): void {
    this.armed.get(id)?.abort();
    this.armed.delete(id);
  }

  /** Resolves when nothing runs any more. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  stop(): void {
    for (const armed of this.armed.values()) armed.abort();
    this.armed.clear();
  }
}
