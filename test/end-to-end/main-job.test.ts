/** The main job over real HTTP: what stands in Heap at the end is what stood in Looker, and the reply says so. */

import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { fixture } from "../helpers/fixture";
import { ENVIRONMENT, type MainJob, startMainJob } from "../helpers/main-job";
import { until } from "../helpers/until";

let job: MainJob;

afterEach(() => job.close());

/** A small result of Looker's: texts with escapes and emoji, numbers past 2^53, zeros, negatives, nulls. */
const RESULT = { rows: 40 };

function deliver(rows: Parameters<typeof generateResult>[0]) {
  return job.execute({ downloadUrl: job.looker.offer(generateResult(rows)) });
}

function expectHeapToHold(rows: Parameters<typeof generateResult>[0]): void {
  expect(job.heap.users(ENVIRONMENT)).toEqual(expectedUsers(rows));
  expect(job.heap.violations).toEqual([]);
}

describe("a result of 20,000 rows, a fifth of them repeated users", () => {
  it("arrives whole and right", async () => {
    job = await startMainJob();
    const rows = { rows: 20_000, identities: 16_000 };
    expect((await deliver(rows)).outcome).toMatchObject({ success: true });
    expectHeapToHold(rows);
  });
});

describe("a Heap in trouble", () => {
  it("ends up with everything, though it fails, refuses haste and drops connections", async () => {
    job = await startMainJob({ HEAP_SETTLE_SECONDS: "0.1" });
    job.heap.faults = { status500: 0.1, status429: 0.1, dropBefore: 0.05, dropAfter: 0.05 };
    const rows = { rows: 12_000, identities: 9_000 };
    expect((await deliver(rows)).outcome).toMatchObject({ success: true });
    expectHeapToHold(rows);
  });

  it("loses one record to one bad record, and the reply names its row", async () => {
    job = await startMainJob();
    const users = [...expectedUsers({ rows: 3000 }).keys()];
    job.heap.faults = { refuse: ({ identity }) => (identity === users[1234] ? 400 : undefined) };
    const { outcome } = await deliver({ rows: 3000 });
    expect(outcome?.success).toBe(false);
    expect(outcome?.message).toMatch(
      /^Sent 2,999 users to Heap environment 123\. 1 row was rejected: row 1,235 \(Heap answered 400: /,
    );
    expect(job.heap.users(ENVIRONMENT).size).toBe(2999);
  });

  it("that does not know the environment parks the delivery after a handful of requests", async () => {
    job = await startMainJob({}, { environments: new Set(["999"]) });
    const { outcome } = await deliver({ rows: 5000 });
    expect(outcome).toMatchObject({
      success: false,
      message: expect.stringContaining("Heap does not know environment 123"),
    });
    expect(job.heap.requests).toBeLessThan(20);
  });

  it("that is down is answered as accepted, and gets everything once it is back", async () => {
    job = await startMainJob({ REPLY_WITHIN_SECONDS: "0", HEAP_SETTLE_SECONDS: "0.1" });
    job.heap.faults = { down: true };
    const { outcome } = await deliver(RESULT);
    expect(outcome?.success).toBe(true);
    expect(outcome?.message).toContain(
      "Accepted: 0 of 40 users sent to Heap environment 123 so far, the rest follows.",
    );
    job.heap.faults = {};
    await until(() => job.heap.users(ENVIRONMENT).size === 40);
    expectHeapToHold(RESULT);
  });
});

describe("the same result, however it comes", () => {
  const text = [...generateResult(RESULT)].join("");

  it("one byte at a time", async () => {
    job = await startMainJob();
    const few = { rows: 5 };
    await job.execute({ downloadUrl: job.looker.offer(generateResult(few), { chunkBytes: 1 }) });
    expectHeapToHold(few);
  });

  it("pretty-printed with CRLF, behind a byte order mark, its keys in another order", async () => {
    job = await startMainJob();
    const { data, ...rest } = splitData(text);
    const pretty = `\ufeff${rest.before}"later":{"data":[]},"data":${data.replaceAll("},", "},\r\n  ")}}`;
    await job.execute({ downloadUrl: job.looker.offer(pretty) });
    expectHeapToHold(RESULT);
  });

  it("with escapes in the identities", async () => {
    job = await startMainJob();
    await job.execute({
      downloadUrl: job.looker.offer(text.replaceAll("@example.com", "\\u0040example.com")),
    });
    expectHeapToHold(RESULT);
  });

  it("pushed as a JSON text, as base64, and as JSON itself", async () => {
    job = await startMainJob();
    const base64 = Buffer.from(text).toString("base64");
    const json = { mimetype: "application/json", extension: "json" };
    await job.execute({ attachment: { ...json, data: text } });
    expectHeapToHold(RESULT);
    await job.execute({ attachment: { ...json, mimetype: "application/json;base64", data: base64 } });
    expectHeapToHold(RESULT);
  });
});

/** The document up to its rows, and its rows. */
function splitData(text: string): { before: string; data: string } {
  const start = text.indexOf('"data":');
  const end = text.lastIndexOf("]");
  return { before: text.slice(0, start), data: text.slice(start + '"data":'.length, end + 1) };
}

describe("a result that is not whole", () => {
  it("is a failure that names the cause and the rows, which are delivered", async () => {
    job = await startMainJob();
    const text = [...generateResult(RESULT)].join("");
    const { outcome } = await job.execute({ downloadUrl: job.looker.offer(text.slice(0, -5)) });
    expect(outcome?.success).toBe(false);
    expect(outcome?.message).toMatch(
      /interrupted after \d+ rows: it breaks off before its closing brace\. Sent \d+ users/,
    );
    expect(job.heap.users(ENVIRONMENT).size).toBeGreaterThan(0);
  });

  it("says so when the connection to Looker is cut", async () => {
    job = await startMainJob();
    const { outcome } = await job.execute({
      downloadUrl: job.looker.offer(generateResult({ rows: 2000 }), { cutAfterBytes: 300_000 }),
    });
    expect(outcome).toMatchObject({
      success: false,
      message: expect.stringContaining("the connection to Looker was lost"),
    });
  });

  it("repeats Looker's message when the query failed, and sends nothing", async () => {
    job = await startMainJob();
    const { outcome } = await job.execute({ downloadUrl: job.looker.offer(fixture("query_error.json")) });
    expect(outcome?.success).toBe(false);
    expect(outcome?.message).toMatch(/^Looker could not run the query: .*Nothing was sent\. Details: \S+$/);
    expect(job.heap.requests).toBe(0);
  });

  it("asks to send it again when the download URL has been used", async () => {
    job = await startMainJob();
    const downloadUrl = job.looker.offer(generateResult(RESULT));
    await job.execute({ downloadUrl });
    const { outcome } = await job.execute({ downloadUrl });
    expect(outcome).toMatchObject({
      success: false,
      message: expect.stringContaining("Looker answered 404"),
    });
  });
});

describe("the form", () => {
  it("is told what is wrong with it, field by field", async () => {
    job = await startMainJob();
    const { status, outcome } = await job.execute({
      downloadUrl: job.looker.offer(generateResult(RESULT)),
      formParams: { heap_field: "Shoe size" },
    });
    expect(status).toBe(200);
    expect(outcome?.validationErrors["heap_field"]).toMatch(
      /^No column of this query is called "Shoe size"\./,
    );
    expect(job.heap.requests).toBe(0);
  });

  it("can ask for a dry run, which counts everything and sends nothing", async () => {
    job = await startMainJob();
    const { outcome } = await job.execute({
      downloadUrl: job.looker.offer(generateResult(RESULT)),
      formParams: { dry_run: "yes" },
    });
    expect(outcome).toMatchObject({
      success: true,
      message: expect.stringMatching(
        /^Dry run: 40 users would be sent to Heap environment 123\. Nothing was sent\. Details: \S+$/,
      ),
    });
    expect(job.heap.requests).toBe(0);
  });

  it("can make the rows accounts", async () => {
    job = await startMainJob();
    await job.execute({
      downloadUrl: job.looker.offer(generateResult(RESULT)),
      formParams: { property_type: "account" },
    });
    expect(job.heap.accounts(ENVIRONMENT)).toEqual(expectedUsers(RESULT));
  });

  it("leaves columns out that the visualization hides", async () => {
    job = await startMainJob();
    await job.execute({
      downloadUrl: job.looker.offer(generateResult(RESULT)),
      query: { vis_config: { hidden_fields: ["users.city"] } },
    });
    const held = [...job.heap.users(ENVIRONMENT).values()];
    expect(held.some((properties) => properties.has("Users City"))).toBe(false);
    expect(held.some((properties) => properties.has("Users Plan"))).toBe(true);
  });
});

it("goes on delivering when the connection for the reply is lost", async () => {
  job = await startMainJob({}, { latencyMs: 20 });
  const leave = new AbortController();
  const reply = job.execute({ downloadUrl: job.looker.offer(generateResult(RESULT)), signal: leave.signal });
  await until(() => job.heap.requests > 0);
  leave.abort();
  await expect(reply).rejects.toThrow();
  await until(() => job.heap.users(ENVIRONMENT).size === 40);
  expectHeapToHold(RESULT);
});

it("keeps one user within 30 requests in any 30 seconds, and its last value", async () => {
  job = await startMainJob();
  const document = (value: number) =>
    JSON.stringify({
      fields: {
        dimensions: [
          { name: "users.email", label: "Email" },
          { name: "users.n", label: "N" },
        ],
      },
      data: [{ "users.email": { value: "ann@example.com" }, "users.n": { value } }],
    });
  for (let value = 1; value <= 29; value++) {
    await job.execute({ downloadUrl: job.looker.offer(document(value)) });
  }
  expect(job.heap.users(ENVIRONMENT).get("ann@example.com")).toEqual(new Map([["N", 29]]));
  expect(job.heap.violations).toEqual([]);
});
