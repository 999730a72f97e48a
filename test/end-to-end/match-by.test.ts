/** Users are found by their e-mail where that is asked for, and never mixed up with those found by their identity. */

import { identityHashOf } from "../../src/batches/identity-hash";
import { generateResult } from "../../stand-ins/looker";
import { type MainJob, startMainJob } from "../helpers/main-job";

let job: MainJob | undefined;
afterEach(async () => {
  await job?.close();
  job = undefined;
});

const ROWS = 40;

async function send(formParams: Record<string, string> = {}): Promise<MainJob["heap"]> {
  if (!job) throw new Error("no hub is there");
  const downloadUrl = job.looker.offer(generateResult({ rows: ROWS }));
  const { outcome } = await job.execute({ downloadUrl, formParams });
  expect(outcome?.success).toBe(true);
  expect(job.heap.violations).toEqual([]);
  return job.heap;
}

it("a schedule saved for Heap's own action goes by e-mail, where the hub is told to", async () => {
  job = await startMainJob({ HEAP_MATCH_BY: "email" });
  const heap = await send();
  expect([heap.usersByEmail("123").size, heap.users("123").size]).toEqual([ROWS, 0]);
});

it("the form says which, whatever the hub's default is", async () => {
  job = await startMainJob({ HEAP_MATCH_BY: "email" });
  const heap = await send({ match_by: "identity" });
  expect([heap.usersByEmail("123").size, heap.users("123").size]).toEqual([0, ROWS]);
});

it("an account goes by its id, whatever the hub's default is", async () => {
  job = await startMainJob({ HEAP_MATCH_BY: "email" });
  const heap = await send({ property_type: "account" });
  expect([heap.accounts("123").size, heap.usersByEmail("123").size]).toEqual([ROWS, 0]);
});

it("what was sent one way counts as changed the other way", async () => {
  job = await startMainJob();
  await send({ sync: "changed" });
  const heap = await send({ sync: "changed", match_by: "email" });
  expect([heap.users("123").size, heap.usersByEmail("123").size]).toEqual([ROWS, ROWS]);
  const requests = heap.requests;
  await send({ sync: "changed", match_by: "email" });
  expect(heap.requests).toBe(requests);
});

it("one name stands for two users, as it is an identity or an e-mail", () => {
  expect(identityHashOf("user", "ann@example.com")).not.toBe(
    identityHashOf("user_by_email", "ann@example.com"),
  );
});
