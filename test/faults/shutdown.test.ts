/** SIGTERM: nothing new is taken, what is being read is read on, and everybody gets an answer. */

import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { CrashJob } from "../helpers/crash-job";
import { heldResult } from "../helpers/held-result";
import { tempFolders } from "../helpers/temp-folders";
import { until } from "../helpers/until";

const RESULT = { rows: 5000, seed: 3 };

const jobs: CrashJob[] = [];
// Before the folders are deleted.
afterEach(async () => {
  for (const job of jobs.splice(0)) await job.close();
});
const newFolder = tempFolders();

/** A hub that has read and sent a part of a result and waits for the rest. */
async function reading(variables: Record<string, string> = {}) {
  const job = await CrashJob.start(newFolder(), () => 100, variables);
  jobs.push(job);
  const held = heldResult(RESULT, 15);
  const reply = job.execute(held.document);
  await until(() => job.users.size > 1000);
  return { job, held, reply };
}

async function readiness(job: CrashJob): Promise<number> {
  return (await fetch(`${job.running.url}/readyz`)).status;
}

async function stop(job: CrashJob): Promise<void> {
  job.running.signal("SIGTERM");
  await until(async () => (await readiness(job)) === 503);
}

it("reads on what it has begun, answers it as accepted, and ends well", async () => {
  const { job, held, reply } = await reading();
  expect(await readiness(job)).toBe(200);
  await stop(job);
  held.release();
  const { outcome } = (await reply) ?? {};
  expect(outcome).toMatchObject({ success: true, message: expect.stringMatching(/^(Accepted|Sent)\b/) });
  expect(await job.running.exit).toEqual({ code: 0, errors: "" });

  await job.startHub();
  await job.untilThrough();
  expect(job.users).toEqual(expectedUsers(RESULT));
  expect(job.heap.violations).toEqual([]);
});

it("refuses what is new before anything of it is read", async () => {
  const { job, held } = await reading();
  await stop(job);
  let isRead = false;
  async function* unread() {
    isRead = true;
    yield* generateResult({ rows: 10 });
  }
  const refused = await job.execute(unread());
  expect(refused).toMatchObject({
    status: 503,
    outcome: { success: false, message: expect.stringContaining("being restarted") },
  });
  expect(isRead).toBe(false);
  held.release();
  expect((await job.running.exit).code).toBe(0);
});

it("ends at once on a second SIGTERM", async () => {
  const { job, reply } = await reading();
  await stop(job);
  job.running.signal("SIGTERM");
  expect((await job.running.exit).code).toBe(1);
  expect(await reply).toBeUndefined();
});

it("cuts off a result that does not end within the grace, and answers how far it came", async () => {
  const { job, reply } = await reading({ SHUTDOWN_GRACE_SECONDS: "1" });
  await stop(job);
  const { outcome } = (await reply) ?? {};
  expect(outcome?.success).toBe(false);
  const [, rows] =
    /interrupted after ([\d,]+) rows: the action hub was stopped while it was reading\./.exec(
      outcome?.message ?? "",
    ) ?? [];
  expect(await job.running.exit).toEqual({ code: 0, errors: "" });

  await job.startHub();
  await job.untilThrough();
  const read = Number(rows?.replaceAll(",", ""));
  expect(job.users).toEqual(expectedUsers({ ...RESULT, rows: read, identities: RESULT.rows }));
});
