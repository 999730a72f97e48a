/** Schedules in Looker, whose owners have the user attribute that says where they may send to. */

import { schedule } from "../../src/looker";
import { type StandInHeap, startStandInHeap } from "../../stand-ins/heap";
import { generateResult } from "../../stand-ins/looker";
import { type Administered, startAdministered } from "../helpers/administered";

const ATTRIBUTE = "heap_environments";

let heap: StandInHeap;
let world: Administered;
beforeEach(async () => {
  heap = await startStandInHeap();
  world = await startAdministered({
    hubVariables: { LOOKER_USER_ATTRIBUTE: ATTRIBUTE, HEAP_API_URL: heap.url },
  });
  await world.register();
});
afterEach(async () => {
  await world.close();
  await heap.close();
});

/** @returns how Looker says that the run went */
async function run(environment: string): Promise<{ status: string; detail: string }> {
  const { instance, scheduler } = world.looker;
  const look = instance.addLook(
    "Shop users",
    instance.addQuery(() => generateResult({ rows: 3 })),
  );
  const form = { env_id: environment, property_type: "user", heap_field: "users.email" };
  const hubIs = { hubUrl: world.hub.url, action: "heap", content: { look: look.id }, title: undefined };
  const now = { crontab: undefined, timezone: undefined, runNow: true };
  await schedule(world.api, { ...hubIs, ...now, form }, () => undefined);
  await scheduler.idle();
  const job = instance.jobs.at(-1);
  return { status: job?.status ?? "none", detail: job?.detail ?? "" };
}

it("a user whose attribute is 123 sends to 123, and can't send to 456", async () => {
  world.looker.instance.addUserAttribute(ATTRIBUTE, new Map([[world.user.id, "123"]]));
  expect(await run("123")).toMatchObject({ status: "success" });
  expect(await run("456")).toEqual({
    status: "failure",
    detail: expect.stringContaining("You may not send to Heap environment 456"),
  });
  expect([heap.users("123").size, heap.users("456").size]).toEqual([3, 0]);
});

it("a user without a value sends nothing, though others may", async () => {
  world.looker.instance.addUserAttribute(ATTRIBUTE, new Map([["somebody else", "all"]]));
  expect(await run("123")).toMatchObject({ status: "failure" });
  expect(heap.requests).toBe(0);
});
