/** One measured delivery: stand-ins and hub as fresh processes, the delivery, and what it cost the hub. */

import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { HubClient } from "../src/looker/stand-in";
import type { ValueCheck } from "./check-values";
import { end, message, start, urlOf } from "./child-process";
import { HubProcess, TOKEN } from "./hub-process";
import { type Cpu, cpuBetween, cpuOf, forgetPeak, memoryOf, total } from "./process-figures";
import type { HeapFigures } from "./stand-in-heap";

export interface DeliveryOptions {
  /** Where the document is; everything else that is written goes there too. */
  folder: string;
  /** The document's name in the folder. */
  file: string;
  check: ValueCheck;
  heapMs: number;
  /** `changed`: it is delivered once before, and what is measured is the second time, with nothing changed. */
  sync: "all" | "changed";
  nodeOptions?: readonly string[];
}

export interface DeliveryFigures {
  seconds: number;
  /** The hub's, in milliseconds, from before the request until it is idle again. */
  cpu: Cpu;
  /** The hub's memory before the delivery, its peak, and the most of it that is no copy of a file; in bytes. */
  memory: { idle: number; peak: number; idleAnonymous: number; peakAnonymous: number };
  heap: HeapFigures;
}

const ENVIRONMENT = "1234567890";

/** How long the hub is left alone before its idle memory is read, in milliseconds. */
const SETTLE_MS = 1000;

/** How often the memory's kind is looked at, in milliseconds. */
const SAMPLE_MS = 50;

/** @throws when the delivery fails, or a value that arrived is wrong */
export async function runDelivery(options: DeliveryOptions): Promise<DeliveryFigures> {
  const { folder, heapMs, sync, check } = options;
  const dataDir = path.join(folder, "data");
  const record = path.join(folder, "heap-record");
  for (const old of [dataDir, record]) rmSync(old, { recursive: true, force: true });
  mkdirSync(dataDir);
  const looker = start("stand-in-looker", [folder]);
  const heap = start("stand-in-heap", [record, String(heapMs)]);
  try {
    const [lookerUrl, heapUrl] = await Promise.all([urlOf(looker), urlOf(heap)]);
    const hub = await HubProcess.start({
      dataDir,
      heapUrl,
      lookerUrl,
      nodeOptions: options.nodeOptions ?? [],
    });
    try {
      const execute = async (expected: string) => {
        const client = new HubClient({ url: hub.url, token: TOKEN });
        const { outcome, text } = await client.execute(`${hub.url}/actions/heap/execute`, {
          downloadUrl: `${lookerUrl}/${options.file}`,
          formParams: { env_id: ENVIRONMENT, property_type: "user", heap_field: "users.email", sync },
        });
        const isAsExpected = outcome?.success === true && outcome.message.startsWith(expected);
        if (!isAsExpected) throw new Error(`the hub replied ${outcome?.message ?? text}`);
      };
      const sent = `Sent ${check.users.toLocaleString("en-US")} user`;
      if (sync === "changed") await execute(sent);
      const figures = await measure(hub.pid, () =>
        execute(sync === "changed" ? "Nothing has changed" : sent),
      );
      const answer = message(heap);
      heap.send("figures");
      const heapFigures = (await answer) as HeapFigures;
      await hub.stop();
      check.check(record);
      return { ...figures, heap: heapFigures };
    } finally {
      await hub.stop();
    }
  } finally {
    await Promise.all([end(looker), end(heap)]);
  }
}

async function measure(pid: number, run: () => Promise<void>): Promise<Omit<DeliveryFigures, "heap">> {
  await delay(SETTLE_MS);
  await idle(pid);
  forgetPeak(pid);
  const before = cpuOf(pid);
  const { resident, anonymous } = memoryOf(pid);
  let peakAnonymous = anonymous;
  const sampling = setInterval(() => {
    peakAnonymous = Math.max(peakAnonymous, memoryOf(pid).anonymous);
  }, SAMPLE_MS);
  const started = performance.now();
  await run();
  const seconds = (performance.now() - started) / 1000;
  await idle(pid);
  clearInterval(sampling);
  const { peak } = memoryOf(pid);
  return {
    seconds,
    cpu: cpuBetween(before, cpuOf(pid)),
    memory: { idle: resident, peak, idleAnonymous: anonymous, peakAnonymous },
  };
}

/** Waits until the process has not been at work for a while: the reply may come before it has put things away. */
async function idle(pid: number): Promise<void> {
  for (let before = -1, now = total(cpuOf(pid)); now !== before; now = total(cpuOf(pid))) {
    before = now;
    await delay(300);
  }
}
