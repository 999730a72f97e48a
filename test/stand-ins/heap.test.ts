/** Holds the stand-in Heap to heap-contract.md: what it lets through, what it refuses, and how it fails on purpose. */

import {
  MAX_BODY_BYTES,
  MAX_RECORDS_PER_REQUEST,
  MAX_REQUESTS_PER_IDENTITY,
  MAX_VALUE_LENGTH,
  RATE_WINDOW_MS,
} from "../../src/heap/limits";
import { type StandInHeap, type StandInHeapOptions, startStandInHeap } from "../../stand-ins/heap";

const ENVIRONMENT = "123";

let heap: StandInHeap;

async function start(options: StandInHeapOptions = {}): Promise<void> {
  heap = await startStandInHeap(options);
}

afterEach(async () => heap.close());

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

async function post(path: string, content: unknown, signal?: AbortSignal): Promise<Reply> {
  const body = typeof content === "string" ? content : JSON.stringify(content);
  const response = await fetch(`${heap.url}${path}`, { method: "POST", body, signal: signal ?? null });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

function postUsers(users: unknown, appId: unknown = ENVIRONMENT): Promise<Reply> {
  return post("/api/add_user_properties", { app_id: appId, users });
}

function postUser(identity: unknown, properties: unknown, appId: unknown = ENVIRONMENT): Promise<Reply> {
  return post("/api/add_user_properties", { app_id: appId, identity, properties });
}

function users(count: number): unknown[] {
  return Array.from({ length: count }, (_, index) => ({
    identity: `user-${index}`,
    properties: { Plan: "Free" },
  }));
}

async function postTimes(times: number, identity: string): Promise<number[]> {
  const statuses: number[] = [];
  for (let sent = 0; sent < times; sent++) statuses.push((await postUser(identity, { Plan: "Free" })).status);
  return statuses;
}

describe("what it holds", () => {
  it("creates a user from a single body and answers with an empty object", async () => {
    await start();
    expect(await postUser("ada@x", { Plan: "Team", Orders: -3 })).toMatchObject({ status: 200, body: {} });
    expect([...(heap.users(ENVIRONMENT).get("ada@x") ?? [])]).toEqual([
      ["Plan", "Team"],
      ["Orders", -3],
    ]);
  });

  it("overwrites the keys that are named and keeps the others", async () => {
    await start();
    await postUser("ada@x", { Plan: "Team", Orders: 7 });
    await postUser("ada@x", { Orders: 0 });
    expect(heap.users(ENVIRONMENT).get("ada@x")).toEqual(
      new Map<string, unknown>([
        ["Plan", "Team"],
        ["Orders", 0],
      ]),
    );
  });

  it("writes the records of a bulk body in their order", async () => {
    await start();
    await postUsers([
      { identity: "ada@x", properties: { Plan: "Free" } },
      { identity: "bob@x", properties: {} },
      { identity: "ada@x", properties: { Plan: "Team" } },
    ]);
    expect(heap.users(ENVIRONMENT)).toEqual(
      new Map([
        ["ada@x", new Map([["Plan", "Team"]])],
        ["bob@x", new Map()],
      ]),
    );
  });

  it("keeps accounts, single and bulk, apart from users", async () => {
    await start();
    const path = "/api/add_account_properties";
    await post(path, { app_id: ENVIRONMENT, account_id: "acme", properties: { Seats: 5 } });
    await post(path, { app_id: ENVIRONMENT, accounts: [{ account_id: "init", properties: { Seats: 1 } }] });
    expect([...heap.accounts(ENVIRONMENT).keys()]).toEqual(["acme", "init"]);
    expect(heap.users(ENVIRONMENT).size).toBe(0);
  });

  it("keeps environments apart", async () => {
    await start();
    await postUser("ada@x", { Plan: "Team" }, "1");
    expect(heap.users("2").size).toBe(0);
  });

  it("takes every value that the contract allows", async () => {
    await start();
    const properties = {
      email: "a@x",
      "": undefined,
      Empty: "",
      Zero: 0,
      Long: "é".repeat(MAX_VALUE_LENGTH),
    };
    expect(await postUser("i".repeat(255), properties)).toMatchObject({ status: 200 });
    expect(heap.violations).toEqual([]);
  });
});

describe("what it refuses", () => {
  it.each<[what: string, record: unknown, reason: string]>([
    ["a record that is not an object", "ada@x", "not an object"],
    ["an identity that is a number", { identity: 42, properties: {} }, "identity is not a string"],
    ["an empty identity", { identity: "", properties: {} }, "identity is empty"],
    [
      "a long identity",
      { identity: "i".repeat(256), properties: {} },
      "identity is longer than 255 characters",
    ],
    ["a record without properties", { identity: "a" }, "properties is not an object"],
    ["properties in a list", { identity: "a", properties: [] }, "properties is not an object"],
    [
      "a null",
      { identity: "a", properties: { Plan: null } },
      "the value of Plan is neither a number nor a string",
    ],
    [
      "a boolean",
      { identity: "a", properties: { Plan: false } },
      "the value of Plan is neither a number nor a string",
    ],
    [
      "an object",
      { identity: "a", properties: { Plan: {} } },
      "the value of Plan is neither a number nor a string",
    ],
    [
      "a long value",
      { identity: "a", properties: { Plan: "x".repeat(256) } },
      "the value of Plan is longer than 255 characters",
    ],
    ["an empty key", { identity: "a", properties: { "": 1 } }, "a property's key is empty"],
    [
      "a long key",
      { identity: "a", properties: { ["k".repeat(256)]: 1 } },
      "a property's key is longer than 255 characters",
    ],
    ["the key user_id", { identity: "a", properties: { user_id: "1" } }, "user_id can't be a property's key"],
    ["a casing of the key id", { identity: "a", properties: { iD: "1" } }, "iD can't be a property's key"],
    [
      "another casing of email",
      { identity: "a", properties: { Email: "a@x" } },
      "the key Email has to be written email",
    ],
  ])("refuses the whole request for %s", async (_what, record, reason) => {
    await start();
    const reply = await postUsers([{ identity: "good", properties: { Plan: "Free" } }, record]);
    expect(reply).toMatchObject({ status: 400, body: { error: `record 1: ${reason}` } });
    expect(heap.users(ENVIRONMENT).size).toBe(0);
    expect(heap.violations).toEqual([`user properties: record 1: ${reason}`]);
  });

  it("refuses a number that no double holds", async () => {
    await start();
    const body = `{"app_id":"${ENVIRONMENT}","identity":"a","properties":{"Total":1e999}}`;
    expect(await post("/api/add_user_properties", body)).toMatchObject({
      status: 400,
      body: { error: "record 0: the number of Total is too large" },
    });
  });

  it.each<[what: string, body: unknown]>([
    ["a body that is not JSON", "{"],
    ["a body that is not an object", "[]"],
    ["an app_id that is a number", { app_id: 123, users: users(1) }],
    ["an app_id that is not digits", { app_id: "12a", users: users(1) }],
    ["a bulk body without records", { app_id: ENVIRONMENT, users: [] }],
    ["users that are not a list", { app_id: ENVIRONMENT, users: {} }],
    ["a body of both shapes", { app_id: ENVIRONMENT, identity: "a", properties: {}, users: users(1) }],
    [
      "a list of accounts among users",
      { app_id: ENVIRONMENT, accounts: [{ account_id: "a", properties: {} }] },
    ],
  ])("refuses %s", async (_what, body) => {
    await start();
    expect(await post("/api/add_user_properties", body)).toMatchObject({ status: 400 });
    expect(heap.violations).toHaveLength(1);
  });

  it("refuses a body that is not UTF-8", async () => {
    await start();
    const body = Buffer.from(`{"app_id":"1","identity":"\xe9","properties":{}}`, "latin1");
    const response = await fetch(`${heap.url}/api/add_user_properties`, { method: "POST", body });
    expect(response.status).toBe(400);
  });

  it("takes 1000 records and refuses a 1001st", async () => {
    await start();
    expect(await postUsers(users(MAX_RECORDS_PER_REQUEST))).toMatchObject({ status: 200 });
    expect(await postUsers(users(MAX_RECORDS_PER_REQUEST + 1))).toMatchObject({ status: 400 });
    expect(heap.violations).toEqual(["user properties: users has 1001 records, the limit is 1000"]);
  });

  it("refuses a body over 1 MB, unless it is a single record", async () => {
    await start();
    const keys = Array.from(
      { length: Math.ceil(MAX_BODY_BYTES / MAX_VALUE_LENGTH) },
      (_, index) => `Key ${index}`,
    );
    const properties = Object.fromEntries(keys.map((key) => [key, "x".repeat(MAX_VALUE_LENGTH)]));
    expect(await postUsers([{ identity: "a", properties }])).toMatchObject({ status: 200 });
    expect(await postUsers([{ identity: "b", properties }, ...users(1)])).toMatchObject({ status: 413 });
    expect(heap.users(ENVIRONMENT).has("b")).toBe(false);
    expect(heap.violations).toHaveLength(1);
  });

  it("answers 413 to a body too large to read", async () => {
    await start();
    expect(await postUser("a", { Plan: "x".repeat(16 * MAX_BODY_BYTES) })).toMatchObject({ status: 413 });
  });

  it("answers 404 to an environment it does not know, which breaks no contract", async () => {
    const environments = new Set([ENVIRONMENT]);
    await start({ environments });
    expect(await postUser("a", {}, "999")).toMatchObject({ status: 404 });
    environments.add("999");
    expect(await postUser("a", {}, "999")).toMatchObject({ status: 200 });
    expect(heap.violations).toEqual([]);
  });

  it("answers 404 to any other path", async () => {
    await start();
    expect(await post("/api/identify", {})).toMatchObject({ status: 404 });
  });

  it("never names an identity in its violations", async () => {
    await start();
    await postUser("ada@example.com", { id: "ada@example.com" });
    await postTimes(MAX_REQUESTS_PER_IDENTITY, "ada@example.com");
    await post("/api/add_user_properties", `{"identity":"ada@example.com"`);
    expect(heap.violations).toHaveLength(3);
    expect(heap.violations.join()).not.toContain("ada");
  });
});

describe("its rate limit", () => {
  let now = 0;
  const startAtZero = (options: StandInHeapOptions = {}) => {
    now = 0;
    return start({ ...options, now: () => now });
  };
  const allOk = Array.from({ length: MAX_REQUESTS_PER_IDENTITY }, () => 200);

  it("refuses the 31st request for an identity within 30 s", async () => {
    await startAtZero();
    expect(await postTimes(MAX_REQUESTS_PER_IDENTITY + 1, "a")).toEqual([...allOk, 429]);
    expect(heap.violations).toEqual([
      "user properties: request 31 within 30 s for one identity of environment 123, the limit is 30",
    ]);
  });

  it("is a rolling window: a request leaves it 30 s after it arrived", async () => {
    await startAtZero();
    await postTimes(MAX_REQUESTS_PER_IDENTITY - 1, "a");
    now = RATE_WINDOW_MS - 1;
    expect(await postTimes(2, "a")).toEqual([200, 429]);
    now = RATE_WINDOW_MS;
    expect(await postTimes(MAX_REQUESTS_PER_IDENTITY - 2, "a")).toEqual(allOk.slice(2));
    expect(await postTimes(1, "a")).toEqual([429]);
  });

  it("counts identities, types and environments each for themselves", async () => {
    await startAtZero();
    await postTimes(MAX_REQUESTS_PER_IDENTITY, "a");
    expect(await postTimes(1, "b")).toEqual([200]);
    expect(await postUser("a", {}, "456")).toMatchObject({ status: 200 });
    const account = { app_id: ENVIRONMENT, account_id: "a", properties: {} };
    expect(await post("/api/add_account_properties", account)).toMatchObject({ status: 200 });
  });

  it("counts a request once for an identity that it holds twice", async () => {
    await startAtZero();
    const twice = [
      { identity: "a", properties: {} },
      { identity: "a", properties: {} },
    ];
    for (let sent = 0; sent < MAX_REQUESTS_PER_IDENTITY; sent++) await postUsers(twice);
    expect(heap.statuses).toEqual(new Map([[200, MAX_REQUESTS_PER_IDENTITY]]));
  });

  it("counts a request for all its identities, whatever its answer", async () => {
    await startAtZero({ faults: { status500: 1 } });
    await postTimes(MAX_REQUESTS_PER_IDENTITY - 2, "a");
    heap.faults = { dropBefore: 1 };
    await expect(postUser("a", {})).rejects.toThrow();
    heap.faults = {};
    expect(await postUsers([{ identity: "a", properties: { id: 1 } }])).toMatchObject({ status: 400 });
    expect(await postUsers([...users(1), { identity: "a", properties: {} }])).toMatchObject({ status: 429 });
    expect(heap.users(ENVIRONMENT).size).toBe(0);
  });
});

describe("its faults", () => {
  it("breaks off before it applies a request", async () => {
    await start({ faults: { dropBefore: 1 } });
    await expect(postUser("a", {})).rejects.toThrow();
    expect(heap.users(ENVIRONMENT).size).toBe(0);
  });

  it("breaks off after it has applied a request", async () => {
    await start({ faults: { dropAfter: 1 } });
    await expect(postUser("a", {})).rejects.toThrow();
    expect([...heap.users(ENVIRONMENT).keys()]).toEqual(["a"]);
  });

  it("breaks every connection while it is down, and is back when told so", async () => {
    await start({ faults: { down: true } });
    await expect(postUser("a", {})).rejects.toThrow();
    heap.faults = {};
    expect(await postUser("a", {})).toMatchObject({ status: 200 });
  });

  it("answers 429 with the Retry-After it was given", async () => {
    await start({ faults: { status429: 1, retryAfter: "7" } });
    const reply = await postUser("a", {});
    expect(reply.status).toBe(429);
    expect(reply.headers.get("retry-after")).toBe("7");
  });

  it("happens at the rate asked for", async () => {
    const draws = [0.1, 0.3, 0.24, 0.25];
    await start({ faults: { status500: 0.25 }, random: () => draws.shift() ?? 1 });
    expect(await postTimes(4, "a")).toEqual([500, 200, 500, 200]);
  });

  it("refuses a request whole for one record", async () => {
    await start({ faults: { refuse: ({ properties }) => (properties.Plan === "Bad" ? 422 : undefined) } });
    const bad = { identity: "bad", properties: { Plan: "Bad" } };
    expect(await postUsers([...users(2), bad])).toMatchObject({
      status: 422,
      body: { error: "record 2: refused" },
    });
    expect(await postUsers(users(2))).toMatchObject({ status: 200 });
    expect([...heap.users(ENVIRONMENT).keys()]).toEqual(["user-0", "user-1"]);
  });

  it("is never a violation", async () => {
    await start();
    for (const faults of [{ status500: 1 }, { status429: 1 }, { refuse: () => 400 }]) {
      heap.faults = faults;
      await postUser("a", {});
    }
    expect(heap.violations).toEqual([]);
    expect(heap.statuses).toEqual(
      new Map([
        [500, 1],
        [429, 1],
        [400, 1],
      ]),
    );
  });
});

describe("its latency", () => {
  it("lets a quick request overtake a slow one", async () => {
    const latencies = [60, 0];
    await start({ latencyMs: () => latencies.shift() ?? 0 });
    const slow = postUser("a", { Plan: "first" });
    while (latencies.length > 1) await new Promise(setImmediate);
    await postUser("a", { Plan: "second" });
    await slow;
    expect(heap.users(ENVIRONMENT).get("a")).toEqual(new Map([["Plan", "first"]]));
  });

  it("applies a request even though its client has given up", async () => {
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await start({
      latencyMs: () => {
        arrived();
        return 20;
      },
    });
    const hangUp = new AbortController();
    const request = post("/api/add_user_properties", { app_id: ENVIRONMENT, users: users(1) }, hangUp.signal);
    await arrival;
    hangUp.abort();
    await expect(request).rejects.toThrow();
    expect(heap.users(ENVIRONMENT).size).toBe(0);
    while (heap.users(ENVIRONMENT).size === 0) await new Promise(setImmediate);
  });
});

it("counts requests, and how many were open at once", async () => {
  await start({ latencyMs: 20 });
  await Promise.all(["a", "b", "c"].map((identity) => postUser(identity, {})));
  await postUser("d", {});
  expect(heap.requests).toBe(4);
  expect(heap.maxConcurrent).toBe(3);
});

it("closes although a request is open", async () => {
  await start({ latencyMs: 60_000 });
  const request = expect(postUser("a", {})).rejects.toThrow();
  while (heap.maxConcurrent === 0) await new Promise(setImmediate);
  await heap.close();
  await request;
});
