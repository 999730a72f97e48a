/** What `doctor` asks with: one request, and as much of its answer as is looked at. */

import { probe } from "../../src/cli/doctor/probe";
import { EndlessAnswer } from "../helpers/endless-answer";
import { type LoopbackServer, startLoopbackServer } from "../helpers/loopback-server";

let server: LoopbackServer | undefined;
afterEach(() => server?.close());

it("reads the beginning of an answer without an end", async () => {
  const endless = new EndlessAnswer();
  server = await startLoopbackServer((_request, response) => endless.begin(response, 418));
  expect(await probe(server.url)).toMatchObject({ status: 418, body: "x".repeat(1024 * 1024) });
  expect(await endless.tookAtMost(1024 * 1024)).toBe(true);
});
