/** Administrators send again what Heap refused, once it is put right there. */

import { type StandInHeap, startStandInHeap } from "../../stand-ins/heap";
import {
  expectedUsers,
  generateResult,
  type StandInLooker,
  startStandInLooker,
} from "../../stand-ins/looker";
import { post } from "../helpers/post";
import { type RunningHub, startHub, TOKEN } from "../helpers/running-hub";
import { until } from "../helpers/until";

const ADMIN = "admin-token";
const ROWS = { rows: 50 };

let heap: StandInHeap;
let looker: StandInLooker;
let hub: RunningHub;
/** Ids of the deliveries that the hub's log names. */
let delivery: string;

beforeEach(async () => {
  heap = await startStandInHeap();
  looker = await startStandInLooker();
  hub = await startHub({ HEAP_API_URL: heap.url, LOOKER_ALLOWED_ORIGINS: looker.url, ADMIN_TOKENS: ADMIN });
  const [refused] = [...expectedUsers(ROWS).keys()];
  heap.faults = { refuse: ({ identity }) => (identity === refused ? 400 : undefined) };
  const client = looker.hub({ url: hub.url, token: TOKEN });
  const reply = await client.execute(`${hub.url}/actions/heap/execute`, {
    downloadUrl: looker.offer(generateResult(ROWS)),
    formParams: { env_id: "123", property_type: "user", heap_field: "users.email" },
  });
  expect(reply.outcome).toMatchObject({ success: false });
  delivery = hub.deliveries[0] ?? "";
  heap.faults = {};
});

afterEach(async () => {
  await hub.close();
  await Promise.all([heap.close(), looker.close()]);
});

function sendAgain(id: string, token: string): Promise<{ status: number; text: string }> {
  return post(`${hub.url}/deliveries/${id}/send-again`, "", { authorization: `Token token="${token}"` });
}

it("sends again what Heap refused", async () => {
  expect(await sendAgain(delivery, ADMIN)).toMatchObject({ status: 200, text: '{"sending":1}' });
  await until(() => heap.users("123").size === 50);
  expect(heap.users("123")).toEqual(expectedUsers(ROWS));
});

it("has nothing to send a second time", async () => {
  await sendAgain(delivery, ADMIN);
  expect((await sendAgain(delivery, ADMIN)).status).toBe(404);
});

it("knows no other delivery", async () => {
  expect((await sendAgain("unknown", ADMIN)).status).toBe(404);
});

it("is not for the hub's own token", async () => {
  expect((await sendAgain(delivery, TOKEN)).status).toBe(401);
});
