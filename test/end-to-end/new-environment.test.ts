/** Heap takes any number for an environment: whoever sends to one for the first time is told to look there. */

import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { collectLog } from "../helpers/log-lines";
import { type MainJob, startMainJob } from "../helpers/main-job";
import { ADMIN, PageVisitor } from "../helpers/page-visitor";

const CHECK =
  "This hub has not sent to Heap environment 123 before, and Heap accepts any number: check that the users show up there.";

let job: MainJob | undefined;
afterEach(async () => {
  await job?.close();
  job = undefined;
});

/** @returns the reply, without the address of the delivery's page */
async function send(formParams: Record<string, string> = {}): Promise<string> {
  if (!job) throw new Error("no hub is there");
  const downloadUrl = job.looker.offer(generateResult({ rows: 3 }));
  const { outcome } = await job.execute({ downloadUrl, formParams });
  return (outcome?.message ?? "").replace(/ Details: \S+$/, "");
}

it("the reply says so until a delivery has succeeded", async () => {
  job = await startMainJob();
  expect(await send({ dry_run: "yes" })).toBe(
    "Dry run: 3 users would be sent to Heap environment 123. Nothing was sent.",
  );
  expect(await send()).toBe(`Sent 3 users to Heap environment 123. ${CHECK}`);
  expect(await send()).toBe("Sent 3 users to Heap environment 123.");
  expect(await send({ property_type: "account" })).toBe("Sent 3 accounts to Heap environment 123.");
});

it("another environment is new, whatever was sent to the first", async () => {
  job = await startMainJob();
  await send();
  expect(await send({ env_id: "456", property_type: "account" })).toBe(
    "Sent 3 accounts to Heap environment 456. This hub has not sent to Heap environment 456 before, and Heap accepts " +
      "any number: check that the accounts show up there.",
  );
});

it("a delivery that failed does not count", async () => {
  job = await startMainJob();
  const [refused] = expectedUsers({ rows: 3 }).keys();
  job.heap.faults = { refuse: ({ identity }) => (identity === refused ? 400 : undefined) };
  expect(await send()).toContain(CHECK);
  job.heap.faults = {};
  expect(await send()).toContain(CHECK);
  expect(await send()).not.toContain(CHECK);
});

it("the page of the delivery says it too, also when the environment is not new any more", async () => {
  job = await startMainJob({ ADMIN_TOKENS: ADMIN });
  await send();
  await send();
  const visitor = await PageVisitor.signedIn(job.hub);
  const [first, second] = await Promise.all(
    job.hub.deliveries.map(async (id) => (await visitor.get(`/deliveries/${id}`)).text),
  );
  expect(first).toContain(`<p>${CHECK}</p>`);
  expect(second).toContain("<p>Sent 3 users to Heap environment 123.</p>");
  expect(second).not.toContain("check that");
});

it("an environment that the operator has named is not doubted, nor in the log", async () => {
  const { log, lines } = collectLog();
  job = await startMainJob({ HEAP_ENVIRONMENTS: "Production=123" }, { log });
  expect(await send()).toBe("Sent 3 users to Heap environment Production (123).");
  expect(lines.find(({ msg }) => msg === "delivery ended")).toMatchObject({ facts: ["sent"] });
});
