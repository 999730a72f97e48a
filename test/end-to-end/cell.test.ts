/** A cell all the way: from a click in Looker to what Heap holds. */

import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { ENVIRONMENT, type MainJob, startMainJob } from "../helpers/main-job";
import { ADMIN, PageVisitor } from "../helpers/page-visitor";
import { until } from "../helpers/until";

let job: MainJob;
afterEach(async () => job.close());

function click(value: unknown, form: Record<string, string> = {}) {
  return job.client.executeCell(`${job.hub.url}/actions/heap_cell/execute`, value, {
    env_id: ENVIRONMENT,
    property_type: "user",
    property: "Priority",
    ...form,
  });
}

/** What Heap holds of a user. */
function heldOf(identity: string): unknown {
  return Object.fromEntries(job.heap.users(ENVIRONMENT).get(identity) ?? []);
}

it.each([
  ["0", "number", 0],
  ["-1", "number", -1],
  ["9007199254740993", "number", "9007199254740993"],
  ["0", "text", "0"],
  ["", "text", ""],
  ['Straße "1"\\', "text", 'Straße "1"\\'],
  ["x".repeat(300), "text", "x".repeat(255)],
])("%j as %s is what Heap holds", async (value, valueType, held) => {
  job = await startMainJob();
  const { outcome } = await click("ann@example.com", { value, value_type: valueType });
  expect(outcome).toMatchObject({
    success: true,
    message: expect.stringMatching(/^Sent 1 user to Heap environment 123\./),
  });
  expect(heldOf("ann@example.com")).toEqual({ Priority: held });
  expect(job.heap.violations).toEqual([]);
});

it("an account is one, and a user may be found by e-mail", async () => {
  job = await startMainJob();
  await click("acme", { property_type: "account", value: "High" });
  await click("ann@example.com", { match_by: "email", value: "High" });
  expect([job.heap.accounts("123").size, job.heap.usersByEmail("123").size]).toEqual([1, 1]);
});

it("the number in a cell is its own digits", async () => {
  job = await startMainJob();
  await click(42, { value: "High" });
  expect(heldOf("42")).toEqual({ Priority: "High" });
});

it.each([[""], [" "], [null], [undefined], [true], [{}], [2 ** 53]])(
  "a cell that holds %j names nobody, and is refused",
  async (value) => {
    job = await startMainJob();
    expect(await click(value)).toMatchObject({ status: 400 });
    expect(job.heap.requests).toBe(0);
  },
);

it("waits for what was accepted before it of the same user, and stands", async () => {
  job = await startMainJob({ REPLY_WITHIN_SECONDS: "0" });
  job.heap.faults = { down: true };
  const [identity = ""] = expectedUsers({ rows: 50 }).keys();
  await job.execute({ downloadUrl: job.looker.offer(generateResult({ rows: 50 })) });
  const { outcome } = await click(identity, { property: "Users Plan", value: "Chosen" });
  expect(outcome?.message).toMatch(
    /^Accepted: 0 of 1 user sent to Heap environment 123 so far, the rest follows\./,
  );
  job.heap.faults = {};
  // Two requests: of the fifty users, and of the cell.
  await until(() => (job.heap.statuses.get(200) ?? 0) >= 2);
  expect(heldOf(identity)).toMatchObject({ "Users Plan": "Chosen" });
});

it("is among the deliveries as what it is", async () => {
  job = await startMainJob({ ADMIN_TOKENS: ADMIN });
  await click("ann@example.com", { value: "High" });
  const visitor = await PageVisitor.signedIn(job.hub);
  const { text } = await visitor.get("/deliveries");
  expect(text).toContain("Set Priority of one user");
});

it("a query's result is not a cell, nor a cell a query's result", async () => {
  job = await startMainJob();
  const url = `${job.hub.url}/actions/heap`;
  expect(await job.client.executeCell(`${url}/execute`, "ann", { env_id: "123" })).toMatchObject({
    status: 400,
  });
  const downloadUrl = job.looker.offer(generateResult({ rows: 1 }));
  expect(await job.client.execute(`${url}_cell/execute`, { downloadUrl, formParams: {} })).toMatchObject({
    status: 400,
  });
});
