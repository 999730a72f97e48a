/** Accepted is kept: a hub that is killed at any moment delivers all it had committed, and nothing else. */

import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { seededRandom } from "../../stand-ins/looker/seeded-random";
import { CrashJob, MOST_LATENCY_MS } from "../helpers/crash-job";
import { heldResult } from "../helpers/held-result";
import type { HubProcess } from "../helpers/hub-process";
import { faultSeeds } from "../helpers/seeds";
import { tempFolders } from "../helpers/temp-folders";
import { until } from "../helpers/until";

const jobs: CrashJob[] = [];
// Before the folders are deleted.
afterEach(async () => {
  for (const job of jobs.splice(0)) await job.close();
});
const newFolder = tempFolders();

async function start(random: () => number, variables: Record<string, string> = {}): Promise<CrashJob> {
  const job = await CrashJob.start(newFolder(), () => random() * MOST_LATENCY_MS, variables);
  jobs.push(job);
  return job;
}

/** Of how many rows the hub says, when it has started again, that it had read them; undefined: it read all. */
function interruptedAfter(hub: HubProcess): number | undefined {
  const [line] = hub.logged("delivery interrupted");
  return line && Number(line["rows"]);
}

/** Kills it after so many more requests to Heap, or before if everything has been delivered by then. */
async function crashAfter(requests: number, job: CrashJob): Promise<HubProcess> {
  const enough = job.heap.requests + requests;
  await until(() => job.heap.requests >= enough || job.isThrough());
  return job.crash();
}

/** What the results make of the users, one after the other. */
function inOrder(...results: readonly Parameters<typeof expectedUsers>[0][]) {
  const users: ReturnType<typeof expectedUsers> = new Map();
  for (const result of results) {
    for (const [identity, properties] of expectedUsers(result)) {
      users.set(identity, new Map([...(users.get(identity) ?? []), ...properties]));
    }
  }
  return users;
}

describe.each(faultSeeds())("killed at random, seed %i", (seed) => {
  it("delivers exactly the rows that it had committed", async () => {
    const random = seededRandom(seed);
    const job = await start(random);
    const result = { rows: 15_000, identities: 5000 + Math.floor(random() * 10_000), seed };
    void job.execute(generateResult(result));
    await until(() => job.running.logged("delivery started").length > 0);
    // Now and then before anything can have been committed.
    const hub = await crashAfter(seed % 4 === 0 ? 0 : 1 + Math.floor(random() * 10), job);
    const rows = interruptedAfter(hub) ?? result.rows;
    await crashAfter(Math.floor(random() * 6), job);
    await job.untilThrough();
    expect(job.users).toEqual(expectedUsers({ ...result, rows }));
    expect(job.heap.violations).toEqual([]);
  });

  it("leaves the values of the later of two deliveries", async () => {
    const random = seededRandom(seed);
    const job = await start(random, { REPLY_WITHIN_SECONDS: "0" });
    const earlier = { rows: 5000, seed };
    const later = { rows: 5000, seed: seed + 1000 };
    job.heap.faults = { down: true };
    await job.execute(generateResult(earlier));
    await job.execute(generateResult(later));
    job.heap.faults = {};
    await crashAfter(1 + Math.floor(random() * 5), job);
    await crashAfter(1 + Math.floor(random() * 5), job);
    await job.untilThrough();
    expect(job.users).toEqual(inOrder(earlier, later));
    expect(job.heap.violations).toEqual([]);
  });
});

it("closes a delivery as interrupted that it was reading, and delivers what it had committed of it", async () => {
  const job = await start(seededRandom(1));
  const result = { rows: 5000, seed: 7 };
  const held = heldResult(result, 15);
  const reply = job.execute(held.document);
  await until(() => job.users.size > 1000);
  const hub = await job.crash();
  expect(await reply).toBeUndefined();
  const rows = interruptedAfter(hub) ?? 0;
  expect(rows).toBeGreaterThan(1000);
  expect(rows).toBeLessThan(result.rows);
  await job.untilThrough();
  expect(job.users).toEqual(expectedUsers({ ...result, rows, identities: result.rows }));
  expect(job.heap.violations).toEqual([]);
});

it("says only once that a delivery was interrupted", async () => {
  const job = await start(seededRandom(1));
  void job.execute(heldResult({ rows: 5000 }, 15).document);
  await until(() => job.users.size > 1000);
  expect(interruptedAfter(await job.crash())).toBeDefined();
  await job.untilThrough();
  const again = await job.crash();
  expect(again.logged("delivery")).toEqual([]);
});
