/** Holds `schedule` to what it promises: one schedule for the same call, as it was last asked for. */

import { type Step, schedule } from "../../../src/looker";
import { generateResult } from "../../../stand-ins/looker";
import { type Administered, startAdministered } from "../../helpers/administered";
import { HandDrivenClock } from "../../helpers/hand-driven-clock";

let world: Administered;
let look: string;
const clock = new HandDrivenClock(Date.UTC(2026, 0, 1));

const FORM = { env_id: "123", property_type: "user", heap_field: "users.email", dry_run: "yes" };

beforeEach(async () => {
  world = await startAdministered({ clock });
  const { instance } = world.looker;
  look = instance.addLook(
    "Shop users",
    instance.addQuery(() => generateResult({ rows: 3 })),
  ).id;
  await world.register();
});

afterEach(async () => world.close());

async function scheduled(options: Partial<Parameters<typeof schedule>[1]> = {}): Promise<string[]> {
  const steps: Step[] = [];
  const success = await schedule(
    world.api,
    {
      hubUrl: world.hub.url,
      action: "heap",
      content: { look },
      title: undefined,
      crontab: "0 6 * * *",
      timezone: undefined,
      form: FORM,
      runNow: false,
      ...options,
    },
    (step) => steps.push(step),
  );
  return [...steps.map(({ what, outcome, detail }) => `${outcome} | ${what}: ${detail}`), String(success)];
}

const plans = () => world.looker.instance.plans;

it("makes a schedule of all rows, in the format without a row limit, with the form's values", async () => {
  expect(await scheduled()).toEqual([
    'done | Schedule: made "Shop users to Heap 123" (id 5), 0 6 * * *',
    "true",
  ]);
  const [plan] = plans();
  expect(plan).toMatchObject({ look_id: look, crontab: "0 6 * * *", enabled: true, send_all_results: true });
  const [destination] = plan?.scheduled_plan_destination ?? [];
  expect(destination).toMatchObject({
    type: "looker-integration://4::heap",
    format: "json_detail_lite_stream",
    apply_formatting: false,
  });
  expect(JSON.parse(destination?.parameters ?? "")).toEqual(FORM);
});

it("makes one of events beside one of properties", async () => {
  await world.register(["heap", "heap_events"]);
  await scheduled();
  await scheduled({ action: "heap_events" });
  expect(plans().map(({ name, scheduled_plan_destination: to }) => [name, to?.[0]?.type])).toEqual([
    ["Shop users to Heap 123", "looker-integration://4::heap"],
    ["Shop users to Heap events 123", "looker-integration://4::heap_events"],
  ]);
});

it("changes nothing when it is run again", async () => {
  await scheduled();
  const before = structuredClone(plans());
  expect(await scheduled()).toEqual([
    'unchanged | Schedule: "Shop users to Heap 123" is there (id 5)',
    "true",
  ]);
  expect(plans()).toEqual(before);
});

it("changes what differs, and leaves the schedule's other destinations", async () => {
  await scheduled();
  plans()[0]!.scheduled_plan_destination!.push({ type: "email", address: "ada@example.com", format: "csv" });
  const form = { ...FORM, heap_field: "Users Email" };
  expect(await scheduled({ crontab: "0 7 * * *", timezone: "Europe/Berlin", form })).toEqual([
    'done | Schedule: changed "Shop users to Heap 123" (id 5): crontab, timezone, heap_field',
    "true",
  ]);
  expect(plans()).toMatchObject([
    {
      id: "5",
      crontab: "0 7 * * *",
      timezone: "Europe/Berlin",
      scheduled_plan_destination: [{}, { type: "email" }],
    },
  ]);
});

it("makes another for another environment", async () => {
  await scheduled();
  await scheduled({ form: { ...FORM, env_id: "456" } });
  expect(plans().map(({ name }) => name)).toEqual(["Shop users to Heap 123", "Shop users to Heap 456"]);
});

it("leaves it to a person when several have the same name", async () => {
  await scheduled();
  plans().push({ ...structuredClone(plans()[0]!), id: "99" });
  expect(await scheduled()).toEqual([
    'failed | Schedule: several schedules are called "Shop users to Heap 123" (ids 5, 99). Delete all but one, or ' +
      "give --title",
    "false",
  ]);
});

it("schedules a query too, under the title it is given", async () => {
  const { id } = world.looker.instance.addQuery(() => generateResult({ rows: 1 }));
  await scheduled({ content: { query: id }, title: "Nightly" });
  expect(await scheduled({ content: { query: id }, title: "Nightly" })).toContain(
    `unchanged | Schedule: "Nightly" is there (id ${plans()[0]?.id})`,
  );
  expect(plans()).toMatchObject([{ query_id: id, name: "Nightly" }]);
});

it("says to register first when the action is not enabled", async () => {
  world.looker.instance.integrations[0]!.enabled = false;
  expect(await scheduled()).toEqual([
    "failed | Action: heap is not enabled in Looker. Run register first",
    "false",
  ]);
});

it("refuses a Look that Looker does not know", async () => {
  await expect(scheduled({ content: { look: "999" } })).rejects.toThrow("Looker answered 404 (Not found)");
});

describe("running it", () => {
  it("now: the hub is called with the result and the form's values", async () => {
    await scheduled({ runNow: true });
    await world.looker.scheduler.idle();
    expect(world.looker.instance.jobs).toMatchObject([
      {
        plan: "5",
        status: "success",
        detail: expect.stringMatching(
          /^Dry run: 3 users would be sent to Heap environment 123\. Nothing was sent\. Details: \S+$/,
        ),
      },
    ]);
  });

  it("now and only now: no schedule is kept", async () => {
    expect(await scheduled({ crontab: undefined, runNow: true })).toEqual([
      'done | Run: Looker runs "Shop users to Heap 123" now; its result shows under Admin › Schedule History',
      "true",
    ]);
    await world.looker.scheduler.idle();
    expect(plans()).toEqual([]);
    expect(world.looker.instance.jobs).toMatchObject([{ status: "success" }]);
  });

  it("by its crontab: each time it falls due, and not when it did before a change", async () => {
    await scheduled();
    await scheduled({ crontab: "0 7 * * *" });
    clock.advance(6.5 * 3_600_000);
    expect(world.looker.instance.jobs).toHaveLength(0);
    for (const hours of [1, 24]) {
      clock.advance(hours * 3_600_000);
      await world.looker.scheduler.idle();
    }
    expect(world.looker.instance.jobs.map(({ status }) => status)).toEqual(["success", "success"]);
  });
});
