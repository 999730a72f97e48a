/** Behind a proxy: its X-Forwarded-* headers count when the proxy is trusted, and nobody else's ever do. */

import { AUTHORIZED, bodyOf, EXECUTE_PATH, lookerPost } from "./helpers/looker-post";
import { type RunningHub, startHub } from "./helpers/running-hub";

let hub: RunningHub;

afterEach(async () => hub.close());

const FORWARDED = {
  ...AUTHORIZED,
  "x-forwarded-proto": "https",
  "x-forwarded-host": "hub.example.com",
  "x-forwarded-for": "203.0.113.9",
};

/** Where the hub tells Looker to execute. */
async function executeUrl(headers: Record<string, string>): Promise<unknown> {
  return bodyOf(await lookerPost(hub, "/actions/heap", null, headers));
}

it("gives Looker the address of its own request when no proxy is trusted, whatever headers say", async () => {
  hub = await startHub();
  expect(await executeUrl(FORWARDED)).toMatchObject({ url: `${hub.url}${EXECUTE_PATH}` });
});

it.each(["1", "loopback", "10.0.0.0/8, 127.0.0.1"])(
  "gives Looker the address that the proxy was asked for when the proxy is trusted: %s",
  async (TRUST_PROXY) => {
    hub = await startHub({ TRUST_PROXY });
    expect(await executeUrl(FORWARDED)).toMatchObject({ url: `https://hub.example.com${EXECUTE_PATH}` });
  },
);

it("does not believe who connects from another address than the proxy's", async () => {
  hub = await startHub({ TRUST_PROXY: "192.0.2.7,uniquelocal" });
  expect(await executeUrl(FORWARDED)).toMatchObject({ url: `${hub.url}${EXECUTE_PATH}` });
});

it("keeps the host and its port when the proxy passes them on and adds only the scheme", async () => {
  hub = await startHub({ TRUST_PROXY: "1" });
  const { host } = new URL(hub.url);
  expect(await executeUrl({ ...AUTHORIZED, "x-forwarded-proto": "https" })).toMatchObject({
    url: `https://${host}${EXECUTE_PATH}`,
  });
});

it("gives Looker ACTION_HUB_BASE_URL before anything else", async () => {
  hub = await startHub({ TRUST_PROXY: "1", ACTION_HUB_BASE_URL: "https://heap.example.com/looker" });
  expect(await executeUrl(FORWARDED)).toMatchObject({
    url: `https://heap.example.com/looker${EXECUTE_PATH}`,
  });
});
