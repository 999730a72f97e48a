/** The streams that keep pages up to date, many and one after the other. */

import { getEventListeners, once } from "node:events";
import { get } from "node:http";
import express from "express";
import { newLifetime } from "../../src/lifetime";
import { streamPage } from "../../src/status/event-stream";
import { HandDrivenClock } from "../helpers/hand-driven-clock";
import { type LoopbackServer, startLoopbackServer } from "../helpers/loopback-server";
import { until } from "../helpers/until";

let hub: AbortController;
let clock: HandDrivenClock;
let server: LoopbackServer;

beforeEach(async () => {
  hub = newLifetime();
  clock = new HandDrivenClock();
  const app = express();
  app.get("/events", (_request, response) => {
    void streamPage(response, {
      clock,
      stopping: hub.signal,
      parts: async () => ({ figure: "1" }),
      standstill: async () => undefined,
    });
  });
  server = await startLoopbackServer(app);
});
afterEach(() => server.close());

/** Opens a stream. @returns its answer, of which the first event has come */
async function opened() {
  const request = get(`${server.url}/events`);
  const [response] = await once(request, "response");
  await once(response, "data");
  return { request, response };
}

it("leaves nothing on the hub's lifetime, and no timer, when a page is closed", async () => {
  for (let page = 0; page < 50; page++) (await opened()).request.destroy();
  await until(() => clock.waiting === 0);
  expect(getEventListeners(hub.signal, "abort")).toEqual([]);
});

it("ends when the hub stops, also one that is opened later", async () => {
  const { response } = await opened();
  hub.abort();
  response.resume();
  await once(response, "end");
  const answer = await fetch(`${server.url}/events`);
  expect(await answer.text()).toBe("");
  expect(clock.waiting).toBe(0);
});
