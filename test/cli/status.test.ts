/** `status` against what a hub answers: a table, or JSON; and what it says when there is no answer to use. */

import type { RequestListener } from "node:http";
import { EndlessAnswer } from "../helpers/endless-answer";
import { type LoopbackServer, startLoopbackServer } from "../helpers/loopback-server";
import { runCommand } from "../helpers/run-command";
import { tempFolders } from "../helpers/temp-folders";

const ADMIN = "admin-token";
const DELIVERY = {
  id: "id-1",
  title: "Weekly users",
  looker: "looker-1",
  environment: "123",
  type: "user",
  startedAt: "2025-01-02T03:04:05.000Z",
  finishedAt: null,
  outcome: "in progress",
  rows: 1500,
  users: 1500,
  sent: 1200,
  unchanged: 0,
  skipped: 0,
  rejected: 2,
  waiting: 298,
};

const newFolder = tempFolders();
let server: LoopbackServer | undefined;

afterEach(() => server?.close());

async function status(answer: RequestListener, variables: Record<string, string>, ...options: string[]) {
  server = await startLoopbackServer(answer);
  return runCommand(["status", "--url", server.url, ...options], { DATA_DIR: newFolder(), ...variables });
}

/** Answers whoever asks as a script does, with the token. */
const hub: RequestListener = (request, response) => {
  const { authorization, accept } = request.headers;
  const isKnown = authorization === `Token token="${ADMIN}"` && accept === "application/json";
  response.writeHead(isKnown && request.url === "/deliveries" ? 200 : 401);
  response.end(JSON.stringify({ deliveries: [DELIVERY] }));
};

it("prints a table", async () => {
  const { code, output } = await status(hub, { ADMIN_TOKENS: ADMIN });
  expect(code).toBe(0);
  expect(output).toContain("2025-01-02 03:04 │ Weekly users │ 123");
  expect(output).toMatch(/1,500 │ 1,200 │ +2 │ +298/);
});

it("prints JSON for scripts", async () => {
  const { code, output } = await status(hub, { ADMIN_TOKENS: ADMIN }, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(output)).toEqual({ deliveries: [DELIVERY] });
});

it.each<[string, RequestListener, Record<string, string>, RegExp]>([
  ["the token is wrong", hub, { ADMIN_TOKENS: "another" }, /does not take this token: set ADMIN_TOKENS/],
  ["there is no token", hub, {}, /no token in DATA_DIR: set ADMIN_TOKENS/],
  [
    "it is another program",
    (_, response) => void response.end("hello"),
    { ADMIN_TOKENS: ADMIN },
    /not this hub/,
  ],
  [
    "nothing answers",
    (request) => void request.socket.destroy(),
    { ADMIN_TOKENS: ADMIN },
    /can't be reached at/,
  ],
])("ends with 1 and says so when %s", async (_what, answer, variables, told) => {
  const { code, output, errors } = await status(answer, variables);
  expect(code).toBe(1);
  expect(output).toBe("");
  expect(errors).toMatch(told);
});

it("reads no answer without an end", async () => {
  const endless = new EndlessAnswer();
  const { code, errors } = await status(
    (_request, response) => endless.begin(response, 200, '{"deliveries":['),
    { ADMIN_TOKENS: ADMIN },
  );
  expect(code).toBe(1);
  expect(errors).toMatch(/not this hub/);
  expect(await endless.tookAtMost(4 * 1024 * 1024)).toBe(true);
});
