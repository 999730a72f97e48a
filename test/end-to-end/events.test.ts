/** Events all the way: from a query's rows to what Heap holds. */

import { seededRandom } from "../../stand-ins/looker/seeded-random";
import { ENVIRONMENT, type MainJob, startMainJob } from "../helpers/main-job";
import { resultDocument } from "../helpers/result-document";

let job: MainJob;
afterEach(async () => job.close());

interface Order {
  id: number;
  user: string | null;
  at: string | null;
}

function ordersResult(orders: readonly Order[]): string {
  return resultDocument({
    dimensions: [
      { name: "orders.user", label: "Orders User", tags: ["heap_identity"] },
      { name: "orders.paid_time", label: "Paid Time", tags: ["heap_event_time"] },
      { name: "orders.id", label: "Order", tags: ["heap_event_key"] },
    ],
    rows: orders.map(({ id, user, at }) => ({
      "orders.user": { value: user },
      "orders.paid_time": { value: at },
      "orders.id": { value: id },
    })),
  });
}

/** An order a minute, of one user in ten. */
function orders(from: number, to: number): Order[] {
  return Array.from({ length: to - from }, (_, at) => {
    const id = from + at;
    const paid = new Date(Date.UTC(2025, 0, 1) + id * 60_000).toISOString();
    return { id, user: `user ${id % 10}`, at: paid.slice(0, 19).replace("T", " ") };
  });
}

async function send(document: string, form: Record<string, string> = {}) {
  const downloadUrl = job.looker.offer([document]);
  const { outcome } = await job.client.execute(`${job.hub.url}/actions/heap_events/execute`, {
    downloadUrl,
    formParams: { env_id: ENVIRONMENT, event: "Order Paid", ...form },
  });
  return outcome;
}

it("every row is one event, and the reply says what became of each", async () => {
  job = await startMainJob();
  const rows = [
    ...orders(0, 3),
    { id: 3, user: null, at: "2025-01-01 00:00:00" },
    { id: 4, user: "user 4", at: "soon" },
  ];
  const outcome = await send(ordersResult(rows), { time_zone: "Asia/Tokyo" });
  expect(outcome?.message).toMatch(
    /^Sent 3 events to Heap environment 123\. 1 row was rejected: row 5 \(its time is neither .+\)\. This hub .+ check that the events show up there\. 1 row had no value in Orders User and was skipped\./,
  );
  expect(job.heap.violations).toEqual([]);
  const events = job.heap
    .events(ENVIRONMENT)
    .toSorted((one, other) => (one.identity < other.identity ? -1 : 1));
  expect(events).toEqual(
    ["2024-12-31T15:00:00.000Z", "2024-12-31T15:01:00.000Z", "2024-12-31T15:02:00.000Z"].map(
      (timestamp, id) => ({
        ...{ identity: `user ${id}`, event: "Order Paid", timestamp },
        idempotencyKey: expect.any(String),
        properties: { Order: id },
      }),
    ),
  );
});

it("rows that are sent again, in parts and by another delivery, are one event each, though Heap fails", async () => {
  const random = seededRandom(7);
  job = await startMainJob({}, { random, faults: { status500: 0.1, dropAfter: 0.1 } });
  await send(ordersResult([...orders(0, 2500), ...orders(0, 500)]));
  await send(ordersResult(orders(2000, 4000)));
  const { heap } = job;
  expect(heap.violations).toEqual([]);
  const ids = heap.events(ENVIRONMENT).map(({ properties }) => Number(properties["Order"]));
  expect(ids.toSorted((one, other) => one - other)).toEqual(orders(0, 4000).map(({ id }) => id));
});

it("one event that Heap refuses is listed, and the others are sent", async () => {
  job = await startMainJob(
    {},
    { faults: { refuse: ({ properties }) => (properties["Order"] === 7 ? 400 : undefined) } },
  );
  const outcome = await send(ordersResult(orders(0, 20)));
  expect(outcome?.message).toContain("Sent 19 events to Heap environment 123. 1 row was rejected: row 8 (");
  expect(job.heap.events(ENVIRONMENT)).toHaveLength(19);
});

it("nothing is sent when it is only tried", async () => {
  job = await startMainJob();
  const outcome = await send(ordersResult(orders(0, 20)), { dry_run: "yes" });
  expect(outcome?.message).toMatch(/^Dry run: 20 events would be sent to Heap environment 123\./);
  expect(job.heap.requests).toBe(0);
});

it("events and properties of the same users go side by side", async () => {
  job = await startMainJob();
  const properties = resultDocument({
    dimensions: [{ name: "orders.user", tags: ["heap_identity"] }, { name: "orders.id" }],
    rows: orders(0, 10).map(({ id, user }) => ({
      "orders.user": { value: user },
      "orders.id": { value: id },
    })),
  });
  await Promise.all([
    send(ordersResult(orders(0, 100))),
    job.execute({ downloadUrl: job.looker.offer([properties]), formParams: { heap_field: "orders.user" } }),
  ]);
  expect([job.heap.events(ENVIRONMENT).length, job.heap.users(ENVIRONMENT).size]).toEqual([100, 10]);
  expect(job.heap.violations).toEqual([]);
});

it("a form that does not fit the result says so beside its field", async () => {
  job = await startMainJob();
  const outcome = await send(ordersResult(orders(0, 2)), { event: "" });
  expect(outcome).toMatchObject({ success: false, validationErrors: { event: expect.any(String) } });
});
