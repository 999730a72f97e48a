/** What the hub was reading when it stopped is had again over Looker's API when it is back. */

import { expectedUsers, generateResult, type StandInLooker } from "../../stand-ins/looker";
import { CrashJob } from "../helpers/crash-job";
import { heldResult } from "../helpers/held-result";
import { newDelivery, readOf } from "../helpers/new-delivery";
import { outboxes } from "../helpers/open-outbox";
import { tempFolders } from "../helpers/temp-folders";
import { until } from "../helpers/until";

const RESULT = { rows: 3000, seed: 3 };

// Programs are started, killed and started again.
jest.setTimeout(90_000);

const jobs: CrashJob[] = [];
// Before the folders are deleted.
afterEach(async () => {
  for (const job of jobs.splice(0)) await job.close();
});
const newFolder = tempFolders();
const openOutbox = outboxes();

/** The settings of a hub that has results again from this Looker. */
function rerunning({ instance, url }: StandInLooker): Record<string, string> {
  const { clientId, clientSecret } = instance.addUser("Ada Admin");
  return {
    LOOKER_RERUN: "yes",
    LOOKERSDK_BASE_URL: url,
    LOOKERSDK_CLIENT_ID: clientId,
    LOOKERSDK_CLIENT_SECRET: clientSecret,
  };
}

/** A hub that has read and sent a part of a result and waits for the rest. */
async function reading(variables: Record<string, string> = {}) {
  const job = await CrashJob.start(
    newFolder(),
    () => 20,
    (looker) => ({ ...rerunning(looker), ...variables }),
  );
  jobs.push(job);
  const { result: _result, ...query } = job.looker.instance.addQuery(() => generateResult(RESULT));
  const reply = job.execute(heldResult(RESULT, 10).document, query);
  await until(() => job.users.size > 1000);
  return { job, reply };
}

it("after a crash", async () => {
  const { job } = await reading();
  await job.crash();
  await job.untilThrough();
  expect(job.users).toEqual(expectedUsers(RESULT));
  expect(job.looker.instance.runs).toHaveLength(1);
  expect(job.heap.violations).toEqual([]);
});

it("after it was stopped, which the reply says", async () => {
  const { job, reply } = await reading({ SHUTDOWN_GRACE_SECONDS: "0" });
  job.running.signal("SIGTERM");
  const { outcome } = (await reply) ?? {};
  expect(outcome?.success).toBe(false);
  expect(outcome?.message).toMatch(
    /^The action hub is being restarted, and had read 1,\d{3} rows\. It runs the query again when it is back: nothing need be done\. Details: \S+$/,
  );
  expect(await job.running.exit).toEqual({ code: 0, errors: "" });
  expect(job.looker.instance.runs).toEqual([]);

  await job.startHub();
  await job.untilThrough();
  expect(job.users).toEqual(expectedUsers(RESULT));
});

it("not more than three times: what is in it may be what brings the hub down", async () => {
  const folder = newFolder();
  const { outbox } = openOutbox(folder);
  const again = { of: "first", times: 3, as: "Ada Admin", rows: 100, problem: "the hub stopped" };
  const fourth = newDelivery("fourth", { rerun: again }, { source: "{}" });
  await outbox.intake.begin(fourth);
  const collected = { full: [], open: [] };
  await outbox.intake.append(fourth, { collected, read: readOf({ rows: 100 }), rejects: [] });
  await outbox.upkeep.close();

  const job = await CrashJob.start(folder, () => 0, rerunning);
  jobs.push(job);
  await job.untilThrough();
  expect(job.looker.instance.runs).toEqual([]);
  expect(job.running.logged("an error of ours")).toEqual([]);
});

it("keeps nothing of the query when the result has been read, and never where it was downloaded from", async () => {
  const { job } = await reading();
  expect(job.stored()).toMatch(/"source":"\{/);
  expect(job.stored()).not.toContain("action_hub");
  await job.crash();
  await job.untilThrough();
  expect(job.stored()).not.toMatch(/"source":"\{/);
});
