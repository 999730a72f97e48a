/** What Prometheus is told of the hub's state: looked up when it asks. */

import { Gauge, type Registry } from "prom-client";
import type { WaitingLog } from "../outbox";
import type { DiskUse } from "./disk-use";
import type { EnvironmentLabels } from "./environment-labels";

export interface HubState {
  /** What waits for Heap, by environment. */
  waiting(): Promise<readonly WaitingLog[]>;
  /** Most bytes that may wait. */
  outboxMaxBytes: number;
  /** Undefined when the disk can't be asked. */
  disk(): Promise<DiskUse | undefined>;
  /** Whether work can be taken. */
  isReady(): Promise<boolean>;
  /** Results that are read, and that wait to be. */
  readings(): { reading: number; queued: number };
  /** What the bodies of requests take of the memory. */
  requestMemory(): { usedBytes: number; maxBytes: number };
}

export function showState(registry: Registry, labels: EnvironmentLabels, state: HubState): void {
  const gauge = (name: string, help: string, collect: (this: Gauge) => void | Promise<void>) =>
    new Gauge({ name: `looker_heap_${name}`, help, registers: [registry], collect });
  const byEnvironment = (name: string, help: string, add: (log: WaitingLog, value: number) => number) =>
    new Gauge({
      name: `looker_heap_outbox_${name}`,
      help,
      labelNames: ["environment"],
      registers: [registry],
      async collect() {
        const waiting = await state.waiting();
        this.reset();
        for (const [environment, value] of sums(waiting, labels, add)) this.set({ environment }, value);
      },
    });

  gauge("ready", "1 while the hub can take work.", async function () {
    this.set((await state.isReady()) ? 1 : 0);
  });
  byEnvironment(
    "batches",
    "Batches that wait for Heap, or are under way.",
    ({ batches }, sum) => sum + batches,
  );
  byEnvironment(
    "bytes",
    "Bytes of the batches that wait for Heap, or are under way.",
    ({ bytes }, sum) => sum + bytes,
  );
  byEnvironment(
    "oldest_batch_age_seconds",
    "How long the oldest batch has waited. Of a batch that a hub before this one stored: since its delivery began.",
    ({ oldestMs }, most) => Math.max(oldestMs / 1000, most),
  );
  gauge("outbox_limit_bytes", "Most bytes that may wait: OUTBOX_MAX_BYTES.", function () {
    this.set(state.outboxMaxBytes);
  });
  gauge("results_reading", "Results that are being read.", function () {
    this.set(state.readings().reading);
  });
  gauge("results_waiting", "Results that wait to be read: DELIVERIES_MAX_READING are.", function () {
    this.set(state.readings().queued);
  });
  gauge("request_memory_bytes", "Bytes of requests that are in memory.", function () {
    this.set(state.requestMemory().usedBytes);
  });
  gauge("request_memory_limit_bytes", "Most bytes of requests at once: REQUEST_MEMORY_BYTES.", function () {
    this.set(state.requestMemory().maxBytes);
  });
  showDisk(gauge, state);
}

type NewGauge = (name: string, help: string, collect: (this: Gauge) => void | Promise<void>) => Gauge;

function showDisk(gauge: NewGauge, { disk }: HubState): void {
  const shows: [string, string, keyof DiskUse][] = [
    ["data_dir_bytes", "Bytes of the files in DATA_DIR.", "usedBytes"],
    ["disk_free_bytes", "Bytes free on the disk of DATA_DIR.", "freeBytes"],
    ["disk_size_bytes", "Bytes of the disk of DATA_DIR.", "sizeBytes"],
  ];
  for (const [name, help, figure] of shows) {
    gauge(name, help, async function () {
      const use = await disk();
      if (use) this.set(use[figure]);
      else this.remove();
    });
  }
}

/** Several environments may share the label `other`. */
function sums(
  logs: readonly WaitingLog[],
  labels: EnvironmentLabels,
  add: (log: WaitingLog, value: number) => number,
): Map<string, number> {
  const values = new Map<string, number>();
  for (const log of logs) {
    const label = labels.of(log.environment);
    values.set(label, add(log, values.get(label) ?? 0));
  }
  return values;
}
