/** An execute from Looker's request to its reply. */

import { type StandInHeap, startStandInHeap } from "../../stand-ins/heap";
import {
  type ExecuteReply,
  generateResult,
  type StandInLooker,
  startStandInLooker,
} from "../../stand-ins/looker";
import { EXECUTE_PATH } from "../helpers/looker-post";
import { type RunningHub, startHub, TOKEN } from "../helpers/running-hub";

const FORM = { env_id: "123", property_type: "user" };

let heap: StandInHeap;
let looker: StandInLooker;
let hub: RunningHub;

beforeEach(async () => {
  heap = await startStandInHeap();
  looker = await startStandInLooker();
});

afterEach(async () => {
  await hub.close();
  await looker.close();
  await heap.close();
});

async function start(variables: Readonly<Record<string, string>> = {}): Promise<void> {
  hub = await startHub({ HEAP_API_URL: heap.url, LOOKER_ALLOWED_ORIGINS: looker.url, ...variables });
}

type Options = Parameters<ReturnType<StandInLooker["hub"]>["execute"]>[1];

function execute(options: Partial<Options>): Promise<ExecuteReply> {
  const client = looker.hub({ url: hub.url, token: TOKEN });
  return client.execute(`${hub.url}${EXECUTE_PATH}`, { formParams: FORM, ...options });
}

function offerResult(rows: number): string {
  return looker.offer(generateResult({ rows }));
}

it("downloads the result and sends it", async () => {
  await start();
  const { status, outcome } = await execute({ downloadUrl: offerResult(25) });
  expect([status, outcome]).toMatchObject([200, { success: true, validationErrors: {} }]);
  expect(heap.users("123").size).toBe(25);
});

it("sends a result that was pushed, its long integers exact", async () => {
  await start();
  const data = [...generateResult({ rows: 3 })].join("");
  const { outcome } = await execute({
    attachment: { mimetype: "application/json", extension: "json", data },
  });
  expect(outcome).toMatchObject({ success: true });
  expect(heap.users("123").get("shopper.0@example.com")?.get("Users External ID")).toMatch(/^1\d{18}$/);
});

it("sends no column that the visualization hides", async () => {
  await start();
  const query = { vis_config: { hidden_fields: ["users.name", "orders.total"] } };
  await execute({ downloadUrl: offerResult(1), query });
  const keys = [...(heap.users("123").get("shopper.0@example.com")?.keys() ?? [])];
  expect(keys).toContain("Orders Count");
  expect(keys).not.toContain("Users Name");
  expect(keys).not.toContain("Orders Total");
});

describe("a wrong form", () => {
  it("is HTTP 200, names the fields, and downloads nothing", async () => {
    await start();
    const downloadUrl = offerResult(2);
    const formParams = { env_id: "Production", property_type: "device" };
    const { status, outcome } = await execute({ downloadUrl, formParams });
    expect(status).toBe(200);
    expect(outcome).toMatchObject({
      success: false,
      validationErrors: {
        env_id: 'A Heap environment ID is digits only, and "Production" is not.',
        property_type: 'Choose one of user, account for "What each row is".',
      },
    });
    expect((await fetch(downloadUrl)).status).toBe(200);
  });

  it("that names a column which the result does not have sends nothing", async () => {
    await start();
    const formParams = { ...FORM, heap_field: "Users Nickname" };
    const { status, outcome } = await execute({ downloadUrl: offerResult(2), formParams });
    expect([status, outcome?.success]).toEqual([200, false]);
    expect(Object.keys(outcome?.validationErrors ?? {})).toEqual(["heap_field"]);
    expect(heap.requests).toBe(0);
  });

  it("that names an environment which is not set up sends nothing", async () => {
    await start({ HEAP_ENVIRONMENTS: "Production=123" });
    const formParams = { ...FORM, env_id: "456" };
    const { outcome } = await execute({ downloadUrl: offerResult(2), formParams });
    expect(outcome?.validationErrors).toEqual({
      env_id: "This hub may not send to Heap environment 456. Choose one of Production (123).",
    });
    expect(heap.requests).toBe(0);
  });
});

describe("an origin that is not allowed", () => {
  it("is not downloaded from, and its URL not repeated", async () => {
    await start({ LOOKER_ALLOWED_ORIGINS: "https://looker.example.com" });
    const downloadUrl = offerResult(2);
    const { status, outcome } = await execute({ downloadUrl });
    expect([status, outcome?.success]).toEqual([200, false]);
    expect(outcome?.message).toContain(`results may not be downloaded from ${looker.url}`);
    expect(outcome?.message).not.toContain(downloadUrl);
    expect((await fetch(downloadUrl)).status).toBe(200);
    expect(heap.requests).toBe(0);
  });

  it("is not reached by a redirect from one that is", async () => {
    const elsewhere = await startStandInLooker();
    await start({ LOOKER_ALLOWED_ORIGINS: looker.url });
    const target = elsewhere.offer(generateResult({ rows: 2 }));
    const { outcome } = await execute({ downloadUrl: looker.offer("", { redirectTo: target }) });
    expect(outcome).toMatchObject({ success: false });
    expect((await fetch(target)).status).toBe(200);
    expect(heap.requests).toBe(0);
    await elsewhere.close();
  });
});
