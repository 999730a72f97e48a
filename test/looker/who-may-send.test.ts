/** A user attribute in Looker says who may send, and to which environments. */

import { type StandInHeap, startStandInHeap } from "../../stand-ins/heap";
import { generateResult } from "../../stand-ins/looker";
import { bodyOf, EXECUTE_PATH, FORM_PATH, lookerPost } from "../helpers/looker-post";
import { type RunningHub, startHub } from "../helpers/running-hub";

const ATTRIBUTE = "heap_environments";

let heap: StandInHeap;
let hub: RunningHub;
beforeEach(async () => {
  heap = await startStandInHeap();
});
afterEach(async () => {
  await hub.close();
  await heap.close();
});

async function start(variables: Readonly<Record<string, string>> = {}): Promise<void> {
  hub = await startHub({ HEAP_API_URL: heap.url, LOOKER_USER_ATTRIBUTE: ATTRIBUTE, ...variables });
}

/** @param data as Looker sends the user's attributes */
async function send(environment: string, data: unknown) {
  const attachment = { mimetype: "application/json", data: [...generateResult({ rows: 3 })].join("") };
  const formParams = { env_id: environment, property_type: "user", heap_field: "users.email" };
  const body = { type: "query", attachment, data, form_params: formParams };
  return bodyOf(await lookerPost(hub, EXECUTE_PATH, JSON.stringify(body)));
}

async function form(data: unknown) {
  return bodyOf(await lookerPost(hub, FORM_PATH, JSON.stringify({ data, form_params: {} })));
}

it("every action asks Looker for the attribute, so that it is offered only to users who have it", async () => {
  await start();
  expect(bodyOf(await lookerPost(hub, "/"))).toMatchObject({
    integrations: ["heap", "heap_events", "heap_cell"].map((name) => ({
      name,
      params: [{ name: ATTRIBUTE, required: true, sensitive: false, user_attribute_name: ATTRIBUTE }],
    })),
  });
});

it.each([["123"], [" 456 , 123"], ["all"], ["ALL"], [123]])(
  "a user whose attribute is %j may send to 123",
  async (value) => {
    await start();
    expect(await send("123", { [ATTRIBUTE]: value })).toMatchObject({ looker: { success: true } });
    expect(heap.users("123").size).toBe(3);
  },
);

it("a user whose attribute is 123 can't send to 456", async () => {
  await start();
  const sentence =
    "You may not send to Heap environment 456: your user attribute heap_environments allows 123. Your Looker admin can change it.";
  expect(await send("456", { [ATTRIBUTE]: "123" })).toMatchObject({
    looker: { success: false, validation_errors: { env_id: sentence } },
  });
  expect(heap.requests).toBe(0);
});

it.each([
  [undefined],
  [null],
  ["null"],
  [{}],
  [{ [ATTRIBUTE]: "" }],
  [{ [ATTRIBUTE]: null }],
  [{ [ATTRIBUTE]: "production" }],
  [{ [ATTRIBUTE]: "123;456" }],
  [{ [ATTRIBUTE]: ["123"] }],
])("nobody may send where the attribute is %j", async (data) => {
  await start();
  expect(await send("123", data)).toMatchObject({
    looker: {
      success: false,
      validation_errors: { env_id: expect.stringContaining("environment IDs separated by commas") },
    },
  });
  expect(heap.requests).toBe(0);
});

describe("the form", () => {
  const ENVIRONMENTS = { HEAP_ENVIRONMENTS: "Production=123,Development=456" };
  const offering = (...ids: string[]) => ({
    fields: expect.arrayContaining([
      expect.objectContaining({
        name: "env_id",
        options: ids.map((id) => expect.objectContaining({ name: id })),
      }),
    ]),
  });

  it("offers the environments that the user may send to", async () => {
    await start(ENVIRONMENTS);
    expect(await form({ [ATTRIBUTE]: "456,789" })).toMatchObject(offering("456"));
    expect(await form({ [ATTRIBUTE]: "all" })).toMatchObject(offering("123", "456"));
  });

  it("says what is wrong where there is none", async () => {
    await start(ENVIRONMENTS);
    expect(await form({})).toMatchObject({ error: expect.stringContaining("has no value") });
    expect(await form({ [ATTRIBUTE]: "789" })).toMatchObject({
      error: "Your user attribute heap_environments allows 789, and this hub sends to none of these.",
    });
  });
});

it("nobody is asked for anything where the hub is not told to", async () => {
  hub = await startHub({ HEAP_API_URL: heap.url });
  expect(bodyOf(await lookerPost(hub, "/"))).toMatchObject({
    integrations: [{ params: [] }, { params: [] }, { params: [] }],
  });
  expect(await send("123", undefined)).toMatchObject({ looker: { success: true } });
});
