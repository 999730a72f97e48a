/** A Heap that is slow, comes and goes, or answers too late: everything arrives, and the later values stand. */

import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { ENVIRONMENT, type MainJob, startMainJob } from "../helpers/main-job";
import { until } from "../helpers/until";

let job: MainJob;

afterEach(() => job.close());

const SETTLE = { HEAP_SETTLE_SECONDS: "0.5" };

function deliver(result: Parameters<typeof generateResult>[0]) {
  return job.execute({ downloadUrl: job.looker.offer(generateResult(result)) });
}

it("leaves the later values although requests are applied after they were given up", async () => {
  let request = 0;
  // Every third takes longer than the hub waits, but less than it lets things settle.
  const latencyMs = () => (request++ % 3 === 0 ? 400 : 0);
  job = await startMainJob({ ...SETTLE, HEAP_TIMEOUT_SECONDS: "0.2" }, { latencyMs });
  const earlier = { rows: 3000, seed: 1 };
  const later = { rows: 3000, seed: 2 };
  await deliver(earlier);
  await deliver(later);
  const expected = expectedUsers(earlier);
  for (const [identity, properties] of expectedUsers(later)) {
    expected.set(identity, new Map([...(expected.get(identity) ?? []), ...properties]));
  }
  expect(job.heap.users(ENVIRONMENT)).toEqual(expected);
  expect(job.heap.violations).toEqual([]);
});

it("gets everything to a Heap that comes and goes", async () => {
  job = await startMainJob(SETTLE);
  let requests = 0;
  job.heap.faults = {
    get down() {
      return requests++ % 6 < 3;
    },
  };
  const result = { rows: 8000, identities: 6000 };
  expect((await deliver(result)).outcome).toMatchObject({ success: true });
  expect(job.heap.users(ENVIRONMENT)).toEqual(expectedUsers(result));
});

it("reads a result to its end while a slow Heap has only a part of it", async () => {
  let isRead = false;
  async function* result() {
    yield* generateResult({ rows: 20_000 });
    isRead = true;
  }
  job = await startMainJob({ REPLY_WITHIN_SECONDS: "0" }, { latencyMs: 1500 });
  const { outcome } = await job.execute({ downloadUrl: job.looker.offer(result()) });
  expect(isRead).toBe(true);
  expect(job.heap.users(ENVIRONMENT).size).toBeLessThan(20_000);
  expect(outcome?.message).toMatch(/^Accepted: .* the rest follows\./);
  await until(() => job.heap.users(ENVIRONMENT).size === 20_000);
});

it("sends to one environment while another takes nothing", async () => {
  job = await startMainJob({ REPLY_WITHIN_SECONDS: "0", HEAP_MAX_CONCURRENT: "1" });
  const troubles = async (): Promise<string[]> => {
    const health: { waiting: string[] } = await (await fetch(`${job.hub.url}/readyz`)).json();
    return health.waiting;
  };
  const others = [...generateResult({ rows: 3000 })].join("").replaceAll("shopper.", "other.");
  job.heap.faults = { refuse: ({ identity }) => (identity.startsWith("other.") ? 503 : undefined) };
  await job.execute({ downloadUrl: job.looker.offer(others), formParams: { env_id: "456" } });
  await until(async () => (await troubles()).length > 0);

  await deliver({ rows: 3000 });
  await until(() => job.heap.users(ENVIRONMENT).size === 3000);
  expect(await troubles()).toEqual([expect.stringContaining("/456 takes nothing since")]);
  expect(job.heap.users("456").size).toBe(0);
  job.heap.faults = {};
  await until(() => job.heap.users("456").size === 3000);
});
