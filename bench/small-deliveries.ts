/** What small deliveries take: one row at a time, and many deliveries at once. */

import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { Connections } from "../src/connections";
import type { ResultOptions } from "../stand-ins/looker";
import { ValueCheck } from "./check-values";
import { end, start, urlOf } from "./child-process";
import { resultOptions } from "./dataset";
import { measure, type Spent } from "./measure";
import { median, quantile } from "./median";
import { Stage } from "./stage";
import { writeDocument } from "./write-document";

export interface SmallOutcome {
  deliveries: number;
  rows: number;
  /** As the table says it. */
  how: string;
  heapMs: number;
  /** Of those beside a large delivery: how long that took, by how long it takes alone. */
  largeSlower?: number;
  /** Of one by one: what a request of about a row to this Heap takes without the hub, in milliseconds, the median. */
  heapAlone?: number;
  /** From the request to the end of the reply, in milliseconds. */
  fastest: number;
  median: number;
  slowest: number;
  /** One delivery in twenty took longer. */
  p95: number;
  hub: Spent;
}

const HEAP_MS = 50;

/** About as long as the body for one row, in bytes. */
const BODY_BYTES = 400;

/** Deliveries before those that count: a server that has just started has not compiled its code yet. */
const WARM_UP = 50;

/**
 * @param folder for what is written; emptied before and after
 * @throws when a delivery fails or a value that arrived is wrong
 */
export async function oneByOne(folder: string): Promise<SmallOutcome> {
  const outcome = await run(folder, 200, 1, async (deliver, files) => {
    for (const file of files) await deliver(file);
  });
  return { ...outcome, how: "one by one", heapAlone: await timeHeap(outcome.deliveries) };
}

/** As `oneByOne`. */
export async function atOnce(folder: string): Promise<SmallOutcome> {
  const outcome = await run(folder, 200, 100, async (deliver, files) => {
    await Promise.all(files.map(deliver));
  });
  return { ...outcome, how: "all at once" };
}

/** As `oneByOne`: what a person waits who sends a row while a large result is being sent to the same environment. */
export async function besideLarge(folder: string): Promise<SmallOutcome> {
  const whenNoneElse: number[] = [];
  const whenBeside: number[] = [];
  const outcome = await run(
    folder,
    300,
    1,
    async (deliver, files, stage) => {
      const sendLarge = () =>
        timed(() => stage.execute(LARGE, `Sent ${LARGE_ROWS.toLocaleString("en-US")} user`));
      // What is sent again does no harm; the first one also warms up what only large results need.
      await sendLarge();
      whenNoneElse.push(await sendLarge());
      const sending = sendLarge();
      const small: Promise<void>[] = [];
      for (const file of files) {
        await setTimeout(EACH_MS);
        small.push(deliver(file));
      }
      await Promise.all(small);
      whenBeside.push(await sending);
    },
    (users) => {
      const large = resultOptions({ rows: LARGE_ROWS, columns: 10, values: "short", repeated: 0 }, users);
      writeDocument(path.join(folder, LARGE), large);
      return large;
    },
  );
  return {
    ...outcome,
    how: `one each ${EACH_MS} ms beside ${LARGE_ROWS.toLocaleString("en-US")} rows`,
    largeSlower: median(whenBeside) / median(whenNoneElse),
  };
}

async function timed(what: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await what();
  return performance.now() - started;
}

/** A large delivery, and how often a small one comes beside it, in milliseconds. */
const LARGE = "large.json";
const LARGE_ROWS = 500_000;
const EACH_MS = 8;

type Deliver = (file: string) => Promise<void>;

async function run(
  folder: string,
  deliveries: number,
  rows: number,
  deliverAll: (deliver: Deliver, files: readonly string[], stage: Stage) => Promise<void>,
  writeMore?: (usersBefore: number) => ResultOptions,
): Promise<Omit<SmallOutcome, "how">> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const results = Array.from({ length: WARM_UP + deliveries }, (_, index) => resultOf(index, rows));
  const files = results.map((result, index) => writeNumbered(folder, index, result));
  const more = writeMore?.(results.length * rows);
  const stage = await Stage.set({ folder, heapMs: HEAP_MS });
  const took: number[] = [];
  const expected = `Sent ${rows} user`;
  try {
    for (const file of files.slice(0, WARM_UP)) await stage.execute(file, expected);
    const deliver = async (file: string): Promise<void> => {
      const started = performance.now();
      await stage.execute(file, expected);
      took.push(performance.now() - started);
    };
    const hub = await measure(stage.hubPid, () => deliverAll(deliver, files.slice(WARM_UP), stage));
    const all = more ? [...results, more] : results;
    new ValueCheck(results.length * rows + (more ? LARGE_ROWS : 0), all).check(stage.record);
    const [fastest, middle, p95, slowest] = [0, 0.5, 0.95, 1].map((share) => quantile(took, share));
    if (fastest === undefined || middle === undefined || p95 === undefined || slowest === undefined)
      throw new Error("nothing was delivered");
    return { deliveries, rows, heapMs: HEAP_MS, fastest, median: middle, p95, slowest, hub };
  } finally {
    await stage.clear();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Requests one by one, over one connection, to a stand-in Heap of its own. @returns the median, in milliseconds */
async function timeHeap(requests: number): Promise<number> {
  const heap = start("stand-in-heap", ["/dev/null", String(HEAP_MS)]);
  const connections = new Connections();
  const took: number[] = [];
  try {
    const url = new URL(await urlOf(heap));
    const { signal } = new AbortController();
    const request = { method: "POST", headers: {}, body: "x".repeat(BODY_BYTES), signal };
    for (let sent = 0; sent < requests; sent++) {
      const started = performance.now();
      await text(await connections.request(url, request));
      took.push(performance.now() - started);
    }
    return median(took);
  } finally {
    connections.close();
    await end(heap);
  }
}

/** Each delivery has users of its own: two that share one would have to wait for each other. */
function resultOf(index: number, rows: number): ResultOptions {
  return resultOptions({ rows, columns: 10, values: "short", repeated: 0 }, index * rows);
}

function writeNumbered(folder: string, index: number, result: ResultOptions): string {
  const file = `result-${index}.json`;
  writeDocument(path.join(folder, file), result);
  return file;
}
