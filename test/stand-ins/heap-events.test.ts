/** Holds the stand-in Heap to what heap-contract.md says of events. */

import { type StandInHeap, startStandInHeap } from "../../stand-ins/heap";

let heap: StandInHeap;
/** In milliseconds. */
let now = 0;

beforeEach(async () => {
  now = 0;
  heap = await startStandInHeap({ now: () => now });
});

afterEach(() => heap.close());

const EVENT = {
  identity: "ann",
  event: "Paid",
  timestamp: "2025-01-01T00:00:00.000Z",
  idempotency_key: "12345678",
  properties: { Amount: 5 },
};

async function track(events: readonly object[]): Promise<number> {
  const body = JSON.stringify({ app_id: "123", events });
  const { status } = await fetch(`${heap.url}/api/track`, { method: "POST", body });
  return status;
}

/** Events of one identity. */
function events(count: number, identity: string): object[] {
  return Array.from({ length: count }, () => ({ identity, event: "Seen", properties: {} }));
}

it("keeps an event as it came", async () => {
  expect(await track([EVENT])).toBe(200);
  const { idempotency_key: idempotencyKey, ...rest } = EVENT;
  expect(heap.events("123")).toEqual([{ ...rest, idempotencyKey }]);
});

it("keeps of several events with one key the first", async () => {
  await track([EVENT, { ...EVENT, properties: { Amount: 6 } }]);
  await track([{ ...EVENT, event: "Refunded" }]);
  expect(heap.events("123").map(({ event, properties }) => [event, properties])).toEqual([
    ["Paid", { Amount: 5 }],
  ]);
});

it("keeps each event without a key", async () => {
  await track(events(3, "ann"));
  expect(heap.events("123")).toHaveLength(3);
});

it.each([
  ["no name", { event: " " }],
  ["a name of 1025 characters", { event: "x".repeat(1025) }],
  ["a time without a zone", { timestamp: "2025-01-01T00:00:00" }],
  ["a time that there is not", { timestamp: "2025-13-01T00:00:00Z" }],
  ["a key of 7 characters", { idempotency_key: "1234567" }],
  ["two who have done it", { user_id: "7" }],
])("refuses a request for one event with %s", async (_what, wrong) => {
  expect(await track([EVENT, { ...EVENT, ...wrong }])).toBe(400);
  expect([heap.events("123").length, heap.violations.length]).toEqual([0, 1]);
});

it("takes 1000 events of an identity in any minute", async () => {
  expect(await track(events(600, "ann"))).toBe(200);
  now = 30_000;
  expect(await track(events(400, "ann"))).toBe(200);
  now = 59_999;
  expect(await track(events(1, "ann"))).toBe(429);
  now = 60_000;
  expect(await track(events(599, "ann"))).toBe(200);
});

it("takes 15,000 events of an environment in any minute", async () => {
  for (let request = 0; request < 15; request++)
    expect(await track(events(1000, `user ${request}`))).toBe(200);
  now = 59_999;
  expect(await track(events(1, "ann"))).toBe(429);
  now = 60_000;
  expect(await track(events(999, "ann"))).toBe(200);
});

it("takes 30 requests of an identity in 30 s, events and properties together", async () => {
  const body = JSON.stringify({ app_id: "123", identity: "ann", properties: { Plan: "Pro" } });
  const setProperties = () => fetch(`${heap.url}/api/add_user_properties`, { method: "POST", body });
  for (let request = 0; request < 15; request++) {
    await setProperties();
    await track(events(1, "ann"));
  }
  expect([heap.violations.length, await track(events(1, "ann"))]).toEqual([0, 429]);
});
