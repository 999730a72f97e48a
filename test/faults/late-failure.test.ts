/** What goes wrong after Looker was told success is told to the webhook, also by the hub that comes after a crash. */

import { text } from "node:stream/consumers";
import type { Notice } from "../../src/status/notice";
import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { CrashJob } from "../helpers/crash-job";
import { heldResult } from "../helpers/held-result";
import { type LoopbackServer, startLoopbackServer } from "../helpers/loopback-server";
import { ReadMetrics } from "../helpers/read-metrics";
import { tempFolders } from "../helpers/temp-folders";
import { until } from "../helpers/until";

const RESULT = { rows: 50, seed: 3 };
const [BAD] = expectedUsers(RESULT).keys();

let job: CrashJob | undefined;
let webhook: LoopbackServer;
let notices: Notice[];

beforeEach(async () => {
  notices = [];
  webhook = await startLoopbackServer(async (request, response) => {
    notices.push(JSON.parse(await text(request)));
    response.end();
  });
});

// Before the folder is deleted.
afterEach(async () => {
  await job?.close();
  await webhook.close();
});
const newFolder = tempFolders();

async function start(): Promise<CrashJob> {
  job = await CrashJob.start(newFolder(), () => 0, {
    REPLY_WITHIN_SECONDS: "0",
    NOTIFY_WEBHOOK_URL: webhook.url,
  });
  return job;
}

it("is told after a crash in between", async () => {
  const hub = await start();
  hub.heap.faults = { down: true };
  expect((await hub.execute(generateResult(RESULT)))?.outcome).toMatchObject({ success: true });
  await hub.crash();
  hub.heap.faults = { refuse: ({ identity }) => (identity === BAD ? 400 : undefined) };
  await until(() => notices.length > 0);
  expect(notices).toMatchObject([
    { outcome: "failed", late: true, environment: "123", sent: 49, rejected: 1, waiting: 0 },
  ]);
  expect((await ReadMetrics.of(hub.running)).value("late_failures_total")).toBe(1);
  expect((await ReadMetrics.of(hub.running)).value("notices_total", { result: "sent" })).toBe(1);
});

it("is nothing that was interrupted: that is told as a failure that Looker saw as well", async () => {
  const hub = await start();
  const reply = hub.execute(heldResult({ rows: 5000 }, 15).document);
  await until(() => hub.users.size > 1000);
  await hub.crash();
  await reply;
  await until(() => notices.length > 0);
  expect(notices).toMatchObject([{ outcome: "failed", late: false }]);
});

it("is nothing when all goes well", async () => {
  const hub = await start();
  hub.heap.faults = { down: true };
  await hub.execute(generateResult(RESULT));
  await hub.crash();
  hub.heap.faults = {};
  await hub.untilThrough();
  expect(hub.users.size).toBe(50);
  expect(notices).toEqual([]);
});
