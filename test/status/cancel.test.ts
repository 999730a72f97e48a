/** Cancelling a delivery, and trying a parked one again. */

import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { heldResult } from "../helpers/held-result";
import { type MainJob, startMainJob } from "../helpers/main-job";
import { letNothingBeCancelled } from "../helpers/no-cancelling";
import { ADMIN, PageVisitor } from "../helpers/page-visitor";
import { tempFolders } from "../helpers/temp-folders";
import { until } from "../helpers/until";

const environments = new Set<string>();

let job: MainJob;
let visitor: PageVisitor;
let dataDir: string;

beforeEach(async () => {
  environments.clear();
  environments.add("123");
  dataDir = newFolder();
  const variables = { ADMIN_TOKENS: ADMIN, HEAP_MAX_CONCURRENT: "1", DATA_DIR: dataDir };
  job = await startMainJob(variables, { environments, latencyMs: 5 });
  visitor = await PageVisitor.signedIn(job.hub);
});

// In this order: the hub is closed, then its folder deleted.
afterEach(() => job.close());
const newFolder = tempFolders();

/** The address of the only delivery. */
function page(): string {
  return `/deliveries/${job.hub.deliveries[0]}`;
}

async function delivery(): Promise<Record<string, unknown>> {
  const authorization = `Token token="${ADMIN}"`;
  return JSON.parse((await new PageVisitor(job.hub).get(page(), { authorization })).text);
}

async function untilRead(): Promise<void> {
  await until(async () => job.hub.deliveries.length > 0 && Number((await delivery())["waiting"]) > 0);
}

it("reads nothing more, and says in Looker how many users had been sent", async () => {
  const held = heldResult({ rows: 5000 }, 20);
  const reply = job.execute({ downloadUrl: job.looker.offer(held.document) });
  await until(() => job.heap.users("123").size > 0);
  expect((await visitor.send(page(), "cancel")).status).toBe(303);
  const { outcome } = await reply;
  expect(outcome?.success).toBe(false);
  expect(outcome?.message).toMatch(
    /^This delivery was cancelled after [\d,]+ rows had been read\. Sent [\d,]+ users to Heap environment 123\./,
  );
  const { outcome: kept, sent, dropped, users, waiting } = await delivery();
  expect(kept).toBe("cancelled");
  expect(sent).toBe(job.heap.users("123").size);
  expect(Number(sent) + Number(dropped)).toBe(users);
  expect(waiting).toBe(0);
  held.release();
});

it("reads on to the end when it can't be stored that it is cancelled, and says so", async () => {
  const rows = { rows: 5000 };
  const held = heldResult(rows, 20);
  const reply = job.execute({ downloadUrl: job.looker.offer(held.document) });
  await until(() => job.heap.users("123").size > 0);
  letNothingBeCancelled(dataDir);
  const { status, text } = await visitor.send(page(), "cancel");
  expect(status).toBe(503);
  expect(text).toContain("It was not done: the action hub can't store what it reads");
  expect(await delivery()).toMatchObject({ outcome: "in progress", dropped: 0 });
  expect((await visitor.get(page())).text).not.toContain("is being cancelled");
  held.release();
  expect((await reply).outcome).toMatchObject({ success: true });
  expect(job.heap.users("123")).toEqual(expectedUsers(rows));
  expect(await delivery()).toMatchObject({ outcome: "delivered", sent: 5000, dropped: 0 });
});

it("drops what waits for a Heap that is down, at once", async () => {
  job.heap.faults = { down: true };
  const reply = job.execute({ downloadUrl: job.looker.offer(generateResult({ rows: 3000 })) });
  await untilRead();
  await visitor.send(page(), "cancel");
  expect((await reply).outcome?.message).toContain("3,000 users that waited were not sent.");
  job.heap.faults = {};
  expect(await delivery()).toMatchObject({ outcome: "cancelled", sent: 0, dropped: 3000, waiting: 0 });
  // A later one goes out alone: nothing of the other is left.
  await job.execute({ downloadUrl: job.looker.offer(generateResult({ rows: 10 })) });
  expect(job.heap.users("123").size).toBe(10);
});

it("asks before it cancels, and has nothing to cancel afterwards", async () => {
  job.heap.faults = { down: true };
  const reply = job.execute({ downloadUrl: job.looker.offer(generateResult({ rows: 10 })) });
  await untilRead();
  const { text } = await visitor.get(page());
  expect(text).toMatch(/<details[^>]*><summary[^>]*>Cancel…<\/summary><form[^>]*action="[^"]*\/cancel"/);
  await visitor.send(page(), "cancel");
  await reply;
  const headers = { authorization: `Token token="${ADMIN}"` };
  expect((await visitor.post(`${page()}/cancel`, {}, headers)).status).toBe(404);
  expect((await visitor.get(page())).text).not.toContain("Cancel…");
});

it("tries a parked delivery again when it is told to", async () => {
  environments.delete("123");
  const { outcome } = await job.execute({ downloadUrl: job.looker.offer(generateResult({ rows: 10 })) });
  expect(outcome?.message).toContain("parked");
  expect(await delivery()).toMatchObject({ outcome: "parked", waiting: 10 });
  environments.add("123");
  expect((await visitor.send(page(), "resume")).status).toBe(303);
  await until(async () => (await delivery())["outcome"] === "delivered");
  expect(job.heap.users("123").size).toBe(10);
});

it("cancels a parked delivery", async () => {
  environments.delete("123");
  await job.execute({ downloadUrl: job.looker.offer(generateResult({ rows: 10 })) });
  await visitor.send(page(), "cancel");
  await until(async () => (await delivery())["outcome"] === "cancelled");
  expect(await delivery()).toMatchObject({ sent: 0, dropped: 10 });
});

it("has nothing to try again with a delivery that does not wait for Heap", async () => {
  await job.execute({ downloadUrl: job.looker.offer(generateResult({ rows: 10 })) });
  const headers = { authorization: `Token token="${ADMIN}"` };
  expect((await visitor.post(`${page()}/resume`, {}, headers)).status).toBe(404);
});
