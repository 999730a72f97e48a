/** What `/metrics` says of deliveries and of the hub. */

import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { ENVIRONMENT, type MainJob, startMainJob } from "../helpers/main-job";
import { post } from "../helpers/post";
import { ReadMetrics } from "../helpers/read-metrics";
import { TOKEN } from "../helpers/running-hub";
import { until } from "../helpers/until";

let job: MainJob;

afterEach(() => job.close());

const ROWS = { rows: 1500 };

function deliver(formParams: Record<string, string> = {}) {
  return job.execute({ downloadUrl: job.looker.offer(generateResult(ROWS)), formParams });
}

const metrics = () => ReadMetrics.of(job.hub);

/** The value once it is what it is to become. */
async function untilValue(wanted: number, name: string, labels?: Record<string, string>): Promise<void> {
  await until(async () => (await metrics()).value(name, labels) === wanted);
}

const environment = ENVIRONMENT;

it("counts a delivery, its rows, users, batches and requests", async () => {
  job = await startMainJob();
  await deliver();
  const read = await metrics();
  expect(read.value("deliveries_started_total")).toBe(1);
  expect(read.value("deliveries_total", { outcome: "delivered" })).toBe(1);
  expect(read.value("deliveries_running")).toBe(0);
  expect(read.value("delivery_duration_seconds")).toBe(1);
  expect(read.value("rows_read_total")).toBe(1500);
  expect(read.value("users_sent_total")).toBe(1500);
  // How many there are depends on when checkpoints come.
  const batches = read.value("batches_stored_total");
  expect(batches).toBeGreaterThan(1);
  expect(read.value("batches_finished_total")).toBe(batches);
  expect(read.value("requests_total", { environment, status: "200" })).toBe(batches);
  expect(read.value("request_duration_seconds")).toBe(batches);
});

it("counts a failure, and what was tried for it", async () => {
  job = await startMainJob();
  const [bad] = expectedUsers(ROWS).keys();
  job.heap.faults = { refuse: ({ identity }) => (identity === bad ? 400 : undefined) };
  await deliver();
  const read = await metrics();
  expect(read.value("deliveries_total", { outcome: "failed" })).toBe(1);
  expect(read.value("rows_rejected_total", { by: "heap" })).toBe(1);
  expect(read.value("users_sent_total")).toBe(1499);
  const refusals = read.value("requests_total", { environment, status: "400" }) ?? 0;
  expect(refusals).toBeGreaterThan(5);
  // Every refusal but the last, of the one record, is followed by two halves.
  expect(read.value("splits_total")).toBe(refusals - 1);
});

it("counts what is sent again", async () => {
  job = await startMainJob({ HEAP_SETTLE_SECONDS: "0" });
  let failures = 3;
  job.heap.faults = { refuse: () => (failures-- > 0 ? 503 : undefined) };
  await deliver();
  const read = await metrics();
  expect(read.value("requests_total", { environment, status: "503" })).toBe(3);
  expect(read.value("retries_total")).toBe(3);
});

it("counts dry runs apart, and users that have not changed", async () => {
  job = await startMainJob();
  await deliver({ sync: "changed" });
  await deliver({ sync: "changed" });
  await deliver({ dry_run: "yes" });
  const read = await metrics();
  expect(read.value("deliveries_total", { outcome: "dry_run" })).toBe(1);
  expect(read.value("users_unchanged_total")).toBe(1500);
  expect(read.value("users_sent_total")).toBe(1500);
});

it("shows what waits for a Heap that takes nothing, and no longer once it does", async () => {
  job = await startMainJob({ REPLY_WITHIN_SECONDS: "0", HEAP_SETTLE_SECONDS: "0" });
  job.heap.faults = { down: true };
  await deliver();
  await untilValue(1, "environment_down", { environment });
  const read = await metrics();
  expect(read.value("outbox_batches", { environment })).toBe(read.value("batches_stored_total"));
  expect(read.value("outbox_bytes", { environment })).toBeGreaterThan(100_000);
  expect(read.value("outbox_oldest_batch_age_seconds", { environment })).toBeGreaterThan(0);
  expect(read.value("requests_total", { environment, status: "none" })).toBeGreaterThan(7);
  job.heap.faults = {};
  await untilValue(0, "deliveries_running");
  const after = await metrics();
  expect(after.value("environment_down", { environment })).toBe(0);
  expect(after.value("outbox_batches", { environment })).toBe(0);
  expect(after.value("outbox_bytes", { environment })).toBe(0);
  expect(after.value("outbox_oldest_batch_age_seconds", { environment })).toBe(0);
});

it("shows an environment that Heap does not know", async () => {
  job = await startMainJob({}, { environments: new Set(["999"]) });
  await deliver();
  const read = await metrics();
  expect(read.value("environment_parked", { environment })).toBe(1);
  expect(read.value("deliveries_running")).toBe(1);
  expect(read.value("late_failures_total")).toBe(0);
});

describe("what goes wrong after Looker was told success", () => {
  it("is counted when records are refused", async () => {
    job = await startMainJob({ REPLY_WITHIN_SECONDS: "0", HEAP_SETTLE_SECONDS: "0" });
    job.heap.faults = { down: true };
    expect((await deliver()).outcome).toMatchObject({ success: true });
    const [bad] = expectedUsers(ROWS).keys();
    job.heap.faults = { refuse: ({ identity }) => (identity === bad ? 400 : undefined) };
    await untilValue(1, "deliveries_total", { outcome: "failed" });
    expect((await metrics()).value("late_failures_total")).toBe(1);
  });

  it("is counted when it is parked", async () => {
    const environments = new Set([ENVIRONMENT]);
    job = await startMainJob({ REPLY_WITHIN_SECONDS: "0", HEAP_SETTLE_SECONDS: "0" }, { environments });
    job.heap.faults = { down: true };
    expect((await deliver()).outcome).toMatchObject({ success: true });
    environments.clear();
    job.heap.faults = {};
    await untilValue(1, "environment_parked", { environment });
    expect((await metrics()).value("late_failures_total")).toBe(1);
  });
});

it("counts refused requests by why", async () => {
  job = await startMainJob();
  const execute = `${job.hub.url}/actions/heap/execute`;
  await post(execute, "{}", { authorization: 'Token token="wrong"' });
  await post(execute, "{", { authorization: `Token token="${TOKEN}"` });
  await deliver({ env_id: "Production" });
  await deliver({ heap_field: "no such column" });
  const read = await metrics();
  expect(read.value("refusals_total", { reason: "token" })).toBe(1);
  expect(read.value("refusals_total", { reason: "request" })).toBe(1);
  expect(read.value("refusals_total", { reason: "form" })).toBe(1);
  // Whether a column is there is known when the result has begun to arrive.
  expect(read.value("deliveries_total", { outcome: "refused" })).toBe(1);
});

it("shows the disk, the outbox's limit, and whether work can be taken", async () => {
  job = await startMainJob({ OUTBOX_MAX_BYTES: "1000", HEAP_SETTLE_SECONDS: "0" });
  const read = await metrics();
  expect(read.value("ready")).toBe(1);
  expect(read.value("outbox_limit_bytes")).toBe(1000);
  expect(read.value("data_dir_bytes")).toBeGreaterThan(10_000);
  expect(read.value("disk_size_bytes")).toBeGreaterThan(read.value("disk_free_bytes") ?? 0);
  job.heap.faults = { down: true };
  const reply = deliver();
  await untilValue(0, "ready");
  job.heap.faults = {};
  await reply;
  expect((await metrics()).value("ready")).toBe(1);
});

/** Prometheus' own rules, as `promtool check metrics` has them. */
describe("the names", () => {
  const UNITS = /_(milliseconds|ms|minutes|hours|days|kilobytes|megabytes|mb|percent)(_|$)/;
  const LABELS = ["by", "environment", "le", "outcome", "reason", "result", "status"];

  it("keep to Prometheus' rules", async () => {
    job = await startMainJob();
    await deliver();
    const own = (await metrics()).families.filter(({ name }) => name.startsWith("looker_heap_"));
    expect(own.length).toBeGreaterThan(20);
    for (const { name, help, type } of own) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(name).not.toMatch(UNITS);
      expect(name).not.toMatch(/_(counter|gauge|histogram|count|sum|bucket)(_|$)/);
      expect([name, name.endsWith("_total")]).toEqual([name, type === "COUNTER"]);
      if (type === "HISTOGRAM") expect(name).toMatch(/_seconds$/);
      expect(help).toMatch(/^[A-Z1].*\.$/);
    }
  });

  it("carry no label that could hold an identity or a title", async () => {
    job = await startMainJob();
    await deliver();
    const names = (await metrics()).families
      .filter(({ name }) => name.startsWith("looker_heap_"))
      .flatMap(({ metrics: samples }) => samples.flatMap(({ labels }) => Object.keys(labels ?? {})));
    for (const name of new Set(names)) expect(LABELS).toContain(name);
  });

  it("come with those of the process", async () => {
    job = await startMainJob();
    const names = (await metrics()).families.map(({ name }) => name);
    expect(names).toContain("nodejs_eventloop_lag_p99_seconds");
    expect(names).toContain("process_resident_memory_bytes");
  });
});
