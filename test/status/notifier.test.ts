/** Whoever runs the hub is told of what goes wrong, once, also by a webhook that fails now and then. */

import { writeFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { ObservedEvent } from "../../src/delivery";
import type { KeptDelivery } from "../../src/outbox";
import { noticeFile } from "../../src/status/notice-file";
import { type NoticeResult, Notifier } from "../../src/status/notifier";
import { EndlessAnswer } from "../helpers/endless-answer";
import { HandDrivenClock } from "../helpers/hand-driven-clock";
import { collectLog } from "../helpers/log-lines";
import { type LoopbackServer, startLoopbackServer } from "../helpers/loopback-server";
import { observedDelivery } from "../helpers/observed-delivery";
import { tempFolders } from "../helpers/temp-folders";
import { until } from "../helpers/until";

const newFolder = tempFolders();

let webhook: LoopbackServer;
/** What the webhook got. */
let posted: { text: string; delivery: string; [more: string]: unknown }[];
/** What it answers, one after the other; then 200. `undefined`: nothing. */
let answers: (number | undefined)[];
let clock: HandDrivenClock;
let results: NoticeResult[];
let collected: ReturnType<typeof collectLog>;
const notifiers: Notifier[] = [];

beforeEach(async () => {
  posted = [];
  answers = [];
  results = [];
  clock = new HandDrivenClock();
  collected = collectLog();
  webhook = await startLoopbackServer(async (request, response) => {
    posted.push(JSON.parse(await text(request)));
    const status = answers.length > 0 ? answers.shift() : 200;
    if (status !== undefined) response.writeHead(status).end("ok");
  });
});

afterEach(async () => {
  for (const notifier of notifiers.splice(0)) notifier.stop();
  await webhook.close();
});

function start(
  folder = newFolder(),
  linkTo: ConstructorParameters<typeof Notifier>[0]["linkTo"] = () => undefined,
): Notifier {
  const notifier = new Notifier({
    url: `${webhook.url}/services/SECRET`,
    store: noticeFile(path.join(folder, "notices.json")),
    linkTo,
    clock,
    log: collected.log,
    onResult: (result) => results.push(result),
  });
  notifiers.push(notifier);
  notifier.start();
  return notifier;
}

function failed(delivery: KeptDelivery, isLate = false): ObservedEvent {
  return { is: "ended", delivery: { ...delivery, outcome: "failed" }, isLate, milliseconds: 1000 };
}

const DELIVERY = observedDelivery(
  "id-1",
  { rows: 1510, users: 1500, unchanged: 4, skippedNoIdentity: 2, skippedNoProperties: 1, rejected: 3 },
  { sent: 1498, refused: 2 },
);

it("posts the counts of a delivery that failed, and the link to its page", async () => {
  start(newFolder(), ({ id }) => `https://hub.example.com/deliveries/${id}`).observe(failed(DELIVERY));
  await until(() => results.length === 1);
  expect(results).toEqual(["sent"]);
  expect(posted).toEqual([
    {
      text:
        "A delivery to Heap environment 123 failed: 1,498 of 1,500 users sent, 5 rows rejected, 1,510 rows read. " +
        "https://hub.example.com/deliveries/id-1",
      outcome: "failed",
      late: false,
      delivery: "id-1",
      environment: "123",
      type: "user",
      rows: 1510,
      users: 1500,
      sent: 1498,
      unchanged: 4,
      skipped: 3,
      rejected: 5,
      waiting: 0,
      link: "https://hub.example.com/deliveries/id-1",
    },
  ]);
});

it("names the delivery by its id when there is no link", async () => {
  start().observe(failed(DELIVERY));
  await until(() => posted.length === 1);
  expect(posted[0]?.text).toMatch(/ Its id is id-1\.$/);
  expect(posted[0]).not.toHaveProperty("link");
});

it("says that Looker had been told success", async () => {
  start().observe(failed(DELIVERY, true));
  await until(() => posted.length === 1);
  expect(posted[0]).toMatchObject({
    late: true,
    text: expect.stringContaining("after Looker had been told success"),
  });
});

it("tells of a delivery that is parked", async () => {
  start().observe({ is: "parked", delivery: observedDelivery("id-2", { users: 40 }), isLate: false });
  await until(() => posted.length === 1);
  expect(posted[0]).toMatchObject({ outcome: "parked", waiting: 40 });
  expect(posted[0]?.text).toContain("is parked, as Heap does not know this environment");
});

it("tells nothing of what went well, or was refused to the face of who asked for it", async () => {
  const notifier = start();
  for (const outcome of ["delivered", "dry run", "refused"] as const) {
    notifier.observe({ is: "ended", delivery: { ...DELIVERY, outcome }, isLate: false, milliseconds: 1 });
  }
  notifier.observe({ is: "started", delivery: DELIVERY });
  notifier.observe(failed(observedDelivery("the only one")));
  await until(() => results.length === 1);
  expect(posted.map(({ delivery }) => delivery)).toEqual(["the only one"]);
});

it.each([500, 503, 429, 408])(
  "tries again after %i, later and later, before it tells of the next",
  async (status) => {
    answers = [status, status];
    const notifier = start();
    notifier.observe(failed(observedDelivery("first")));
    notifier.observe(failed(observedDelivery("second")));
    for (const tries of [1, 2]) {
      await until(() => posted.length === tries && clock.waiting === 1);
      clock.advance(10_000);
    }
    await until(() => results.length === 2);
    expect(posted.map(({ delivery }) => delivery)).toEqual(["first", "first", "first", "second"]);
    expect(results).toEqual(["sent", "sent"]);
  },
);

it.each([400, 403, 404, 410, 302])(
  "gives up at once after %i, which another try would get too",
  async (status) => {
    answers = [status];
    start().observe(failed(DELIVERY));
    await until(() => results.length === 1);
    expect(results).toEqual(["failed"]);
    expect(collected.lines).toMatchObject([
      {
        level: 50,
        msg: "a notice could not be sent to NOTIFY_WEBHOOK_URL",
        cause: `HTTP ${status}`,
        delivery: "id-1",
      },
    ]);
  },
);

it("gives up after some two hours, and says so without the address", async () => {
  answers = Array.from({ length: 20 }, () => 500);
  const begun = clock.now();
  start().observe(failed(DELIVERY));
  while (results.length === 0) {
    await until(() => clock.waiting === 1 || results.length > 0);
    clock.advance(600_000);
  }
  expect(results).toEqual(["failed"]);
  expect(posted).toHaveLength(20);
  expect(clock.now() - begun).toBeGreaterThan(3_600_000);
  expect(JSON.stringify(collected.lines)).not.toMatch(/SECRET|127\.0\.0\.1/);
});

it("keeps at most a hundred waiting: the oldest go, but for the one on its way", async () => {
  answers = [500];
  const notifier = start();
  for (let each = 0; each < 102; each++) notifier.observe(failed(observedDelivery(String(each))));
  await until(() => clock.waiting === 1);
  clock.advance(10_000);
  await until(() => results.filter((result) => result === "sent").length === 100);
  expect(results.filter((result) => result === "dropped")).toHaveLength(2);
  expect(posted.slice(1, 4).map(({ delivery }) => delivery)).toEqual(["0", "3", "4"]);
});

it("tells after a restart what it could not tell before", async () => {
  const folder = newFolder();
  answers = [undefined];
  const before = start(folder);
  before.observe(failed(observedDelivery("first")));
  before.observe(failed(observedDelivery("second")));
  await until(() => posted.length === 1);
  before.stop();
  start(folder);
  await until(() => results.length === 2);
  expect(posted.map(({ delivery }) => delivery)).toEqual(["first", "first", "second"]);
  start(folder);
  start(folder).observe(failed(observedDelivery("third")));
  await until(() => results.length === 3);
  expect(posted.at(-1)?.delivery).toBe("third");
});

it("is stopped at once, though the webhook does not answer", async () => {
  answers = [undefined];
  const notifier = start();
  notifier.observe(failed(DELIVERY));
  await until(() => posted.length === 1);
  notifier.stop();
  expect(clock.waiting).toBe(0);
  expect(results).toEqual([]);
});

it("goes on without what can't be read of before", async () => {
  const folder = newFolder();
  writeFileSync(path.join(folder, "notices.json"), "{");
  start(folder).observe(failed(DELIVERY));
  await until(() => results.length === 1);
  expect(collected.lines).toMatchObject([{ msg: "unsent notices of before can't be read" }]);
});

it("reads no answer without an end", async () => {
  const endless = new EndlessAnswer();
  await webhook.close();
  webhook = await startLoopbackServer((_request, response) => endless.begin(response));
  start().observe(failed(DELIVERY));
  await until(() => results.length === 1);
  expect(results).toEqual(["sent"]);
  expect(await endless.tookAtMost(64 * 1024)).toBe(true);
});
