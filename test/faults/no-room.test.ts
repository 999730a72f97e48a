/** No room for more: reading waits, nothing new is begun, what was stored is sent, and the reply says what became of it. */

import { expectedUsers, generateResult } from "../../stand-ins/looker";
import { CrashJob } from "../helpers/crash-job";
import { type HeldResult, heldResult } from "../helpers/held-result";
import { ADMIN, PageVisitor } from "../helpers/page-visitor";
import { mountSmallDisk, type SmallDisk } from "../helpers/small-disk";
import { tempFolders } from "../helpers/temp-folders";
import { until } from "../helpers/until";

const RESULT = { rows: 5000, seed: 3 };

/** Pieces of the result that are read before there is no room: enough for a checkpoint. */
const PIECES = 15;

/** Of the disk: more than the hub leaves free of it. */
const ENOUGH_MB = 1024;
const NEARLY_FULL_MB = 200;

/** Looks at a number after which it counts as at rest. */
const LOOKS = 20;

// In this order: the hub is ended, then the disk unmounted, then its folder deleted.
const jobs: CrashJob[] = [];
const disks: SmallDisk[] = [];
afterEach(async () => {
  for (const job of jobs.splice(0)) await job.close();
  for (const disk of disks.splice(0)) disk.unmount();
});
const newFolder = tempFolders();

interface Started {
  job: CrashJob;
  held: HeldResult;
  reply: ReturnType<CrashJob["execute"]>;
}

/** A hub that reads a result, of which only a part is there yet. */
async function startReading(dataDir: string, variables: Record<string, string> = {}): Promise<Started> {
  const job = await CrashJob.start(dataDir, () => 0, { ADMIN_TOKENS: ADMIN, ...variables });
  jobs.push(job);
  const held = heldResult(RESULT, PIECES);
  return { job, held, reply: job.execute(held.document) };
}

async function startOnDisk(): Promise<(Started & { disk: SmallDisk }) | undefined> {
  const disk = mountSmallDisk(newFolder(), ENOUGH_MB);
  if (!disk) return undefined;
  disks.push(disk);
  return { ...(await startReading(disk.folder)), disk };
}

function pathOf({ running }: CrashJob): string {
  const [started] = running.logged("delivery started");
  return `/deliveries/${started?.["delivery"]}`;
}

async function saysThatItWaits(job: CrashJob): Promise<boolean> {
  const { text } = await (await PageVisitor.signedIn(job.running)).get(pathOf(job));
  return text.includes("Nothing more can be stored for now: reading waits until there is room.");
}

/** How many rows the hub has read when it reads no more. */
async function rowsAtRest(job: CrashJob): Promise<number> {
  const visitor = new PageVisitor(job.running);
  const authorization = `Token token="${ADMIN}"`;
  let rows = -1;
  for (let same = 0; same < LOOKS; same++) {
    const { text } = await visitor.get(pathOf(job), { authorization });
    const { rows: now }: { rows: number } = JSON.parse(text);
    if (now !== rows) same = 0;
    rows = now;
  }
  return rows;
}

async function problemOf(job: CrashJob): Promise<string | undefined> {
  const { problem }: { problem?: string } = await (await fetch(`${job.running.url}/readyz`)).json();
  return problem;
}

/** Expects that nothing new is begun, and that it is said before anything is read. @param why part of the sentence */
async function expectRefusal(job: CrashJob, why: string): Promise<void> {
  let isRead = false;
  async function* unread() {
    isRead = true;
    yield* generateResult({ rows: 10 });
  }
  const refused = await job.execute(unread());
  expect(refused?.outcome?.success).toBe(false);
  expect(refused?.outcome?.message).toMatch(/^Nothing was read or sent: .*\. Send it again later\.$/);
  expect(refused?.outcome?.message).toContain(why);
  expect(isRead).toBe(false);
}

/** The reading waits although Looker gives on, and nothing new is begun. */
async function expectWaiting({ job, held }: Started, why: string): Promise<void> {
  await until(async () => (await problemOf(job))?.includes(why) === true);
  await until(() => saysThatItWaits(job));
  held.release();
  expect(await rowsAtRest(job)).toBeLessThan(RESULT.rows);
  await expectRefusal(job, why);
}

async function expectAllSent({ job, reply }: Started): Promise<void> {
  const { outcome } = (await reply) ?? {};
  expect(outcome?.message).toContain("Sent 5,000 users to Heap environment 123.");
  expect(outcome?.success).toBe(true);
  expect(job.users).toEqual(expectedUsers(RESULT));
  expect(job.heap.violations).toEqual([]);
  expect(await problemOf(job)).toBeUndefined();
}

describe("a full outbox", () => {
  const FULL = "the action hub's outbox is full";
  const variables = { OUTBOX_MAX_BYTES: "100000" };

  it("makes reading wait, and goes on as soon as Heap is back", async () => {
    const started = await startReading(newFolder(), variables);
    started.job.heap.faults = { down: true };
    await expectWaiting(started, FULL);
    started.job.heap.faults = {};
    await expectAllSent(started);
  });

  it("stays good when the hub is killed, and is sent by the next one", async () => {
    const started = await startReading(newFolder(), variables);
    const { job } = started;
    job.heap.faults = { down: true };
    await expectWaiting(started, FULL);
    const hub = await job.crash();
    await expectRefusal(job, FULL);
    const [line] = hub.logged("delivery interrupted");
    job.heap.faults = {};
    await job.untilThrough();
    expect(job.users).toEqual(
      expectedUsers({ ...RESULT, rows: Number(line?.["rows"]), identities: RESULT.rows }),
    );
    expect(job.heap.violations).toEqual([]);
  });
});

describe("a disk that is nearly full", () => {
  it("makes reading wait, and goes on as soon as there is room", async () => {
    const started = await startOnDisk();
    if (!started) return;
    const { job, disk } = started;
    await until(() => job.users.size > 1000);
    disk.leave(NEARLY_FULL_MB);
    await expectWaiting(started, "the action hub's disk is nearly full");
    disk.leave(ENOUGH_MB);
    await expectAllSent(started);
  });
});

describe("a disk that is full", () => {
  /** A disk that fills up while a result is being read. @returns how many rows the reply says were read */
  async function fillUp() {
    const started = await startOnDisk();
    if (!started) return undefined;
    const { job, disk, held, reply } = started;
    await until(() => job.users.size > 1000);
    disk.leave(0);
    held.release();
    const { outcome } = (await reply) ?? {};
    expect(outcome?.success).toBe(false);
    const [, rows = ""] =
      /interrupted after ([\d,]+) rows: the action hub's disk is full\. Sent \1 users/.exec(
        outcome?.message ?? "",
      ) ?? [];
    const read = Number(rows.replaceAll(",", ""));
    expect(read).toBeGreaterThan(1000);
    expect(read).toBeLessThan(RESULT.rows);
    return { ...started, stored: expectedUsers({ ...RESULT, rows: read, identities: RESULT.rows }) };
  }

  it("ends the reading with a sentence, and what was stored is sent", async () => {
    const filled = await fillUp();
    if (!filled) return;
    const { job, disk, stored } = filled;
    expect(job.users).toEqual(stored);
    await expectRefusal(job, "full");
    disk.leave(ENOUGH_MB);
    await job.untilThrough();
    await until(async () => (await problemOf(job)) === undefined);
    const again = await job.execute(generateResult(RESULT));
    expect(again?.outcome).toMatchObject({ success: true });
    expect(job.users).toEqual(expectedUsers(RESULT));
  });

  it("does not keep a hub that was killed from starting, which then goes on", async () => {
    const filled = await fillUp();
    if (!filled) return;
    const { job, disk, stored } = filled;
    await job.crash();
    expect(await problemOf(job)).toBe("the action hub's disk is nearly full");
    disk.leave(ENOUGH_MB);
    await job.untilThrough();
    expect(job.users).toEqual(stored);
    expect(job.heap.violations).toEqual([]);
  });
});
