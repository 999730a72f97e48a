/** An outbox in memory: bounded, so that reading waits while Heap is slower than Looker. */

import { type Batch, type LoggedBatch, logName } from "./batch";
import type { Outbox } from "./outbox";

/** What one environment's log may hold before reading waits, in bytes. */
const MAX_LOG_BYTES = 32 * 1024 * 1024;

interface Log {
  batches: Map<number, LoggedBatch>;
  bytes: number;
  waiting: (() => void)[];
}

export class MemoryOutbox implements Outbox {
  private readonly logs = new Map<string, Log>();
  private position = 0;

  append(batches: readonly Batch[]): void {
    for (const batch of batches) {
      const log = this.log(logName(batch.environment));
      const position = ++this.position;
      log.batches.set(position, { ...batch, position });
      log.bytes += batch.body.length;
    }
  }

  read(name: string, after: number, limit: number): LoggedBatch[] {
    const found: LoggedBatch[] = [];
    for (const [position, batch] of this.log(name).batches) {
      if (found.length === limit) break;
      if (position > after) found.push(batch);
    }
    return found;
  }

  done(batch: LoggedBatch): void {
    const log = this.log(logName(batch.environment));
    if (!log.batches.delete(batch.position)) return;
    log.bytes -= batch.body.length;
    if (log.bytes > MAX_LOG_BYTES) return;
    for (const resume of log.waiting.splice(0)) resume();
  }

  whenRoom(name: string): Promise<void> | undefined {
    const log = this.log(name);
    if (log.bytes <= MAX_LOG_BYTES) return undefined;
    return new Promise((resolve) => log.waiting.push(resolve));
  }

  private log(name: string): Log {
    let log = this.logs.get(name);
    if (!log) {
      log = { batches: new Map(), bytes: 0, waiting: [] };
      this.logs.set(name, log);
    }
    return log;
  }
}
