/** What waits for Heap, by environment, in numbers: known without asking the database. */

import { logName } from "../../batches";
import type { Environment } from "../../heap";
import type { WaitingLog } from "../upkeep";

/** A batch that waits. */
export interface Waiting {
  position: number;
  environment: Environment;
  bytes: number;
  /** Since when, by the monotonic clock. */
  at: number;
}

interface Log {
  environment: Environment;
  bytes: number;
  /** By position, in order. */
  batches: Map<number, Waiting>;
}

export class WaitingBatches {
  /** Of all together. */
  bytes = 0;
  private readonly logs = new Map<string, Log>();

  constructor(batches: readonly Waiting[]) {
    for (const batch of batches) this.add(batch);
  }

  add(batch: Waiting): void {
    const { environment, position, bytes } = batch;
    const name = logName(environment);
    const log = this.logs.get(name) ?? { environment, bytes: 0, batches: new Map() };
    this.logs.set(name, log);
    log.batches.set(position, batch);
    log.bytes += bytes;
    this.bytes += bytes;
  }

  /** @returns false when it was not there */
  remove(environment: Environment, position: number): boolean {
    const log = this.logs.get(logName(environment));
    const batch = log?.batches.get(position);
    if (!log || !batch) return false;
    log.batches.delete(position);
    log.bytes -= batch.bytes;
    this.bytes -= batch.bytes;
    return true;
  }

  /** By environment; one whose log is empty is there as well. @param now by the monotonic clock */
  byLog(now: number): WaitingLog[] {
    return [...this.logs.values()].map(({ environment, bytes, batches }) => {
      const [oldest] = batches.values();
      return { environment, batches: batches.size, bytes, oldestMs: now - (oldest?.at ?? now) };
    });
  }
}
