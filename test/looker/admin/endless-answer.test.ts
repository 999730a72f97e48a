/** An answer of Looker's API that has no end is not read to its end. */

import { LookerApi, runAgain } from "../../../src/looker";
import { EndlessAnswer } from "../../helpers/endless-answer";
import { type LoopbackServer, startLoopbackServer } from "../../helpers/loopback-server";

const MIB = 1024 * 1024;
const PATIENT_MS = 60_000;

/** Sends what these paths are asked for; an answer to any other has no end. */
async function start(status: number, answers: Readonly<Record<string, object>> = {}): Promise<void> {
  server = await startLoopbackServer((request, response) => {
    const path = new URL(request.url ?? "", "http://looker").pathname.replace("/api/4.0", "");
    const answer = answers[path];
    if (answer) response.end(JSON.stringify(answer));
    else endless.begin(response, status, '{"message":"');
  });
  const credentials = { baseUrl: server.url, clientId: "id", clientSecret: "secret" };
  api = new LookerApi(credentials, { connectTimeoutMs: PATIENT_MS, timeoutMs: PATIENT_MS });
}

const LOGIN = { "/login": { access_token: "one", token_type: "Bearer", expires_in: 3600 } };

let server: LoopbackServer;
let api: LookerApi;
let endless: EndlessAnswer;

beforeEach(() => {
  endless = new EndlessAnswer();
});

afterEach(async () => {
  api.disconnect();
  await server.close();
});

it("is said to be too long", async () => {
  await start(200, LOGIN);
  await expect(api.sdk.ok(api.sdk.me())).rejects.toMatchObject({
    status: 200,
    message: "Looker answered 200 (its answer is longer than 32 MB: is this the address of Looker's API?)",
  });
  expect(await endless.tookAtMost(32 * MIB)).toBe(true);
});

it("keeps the status of a refusal", async () => {
  await start(403, LOGIN);
  await expect(api.sdk.ok(api.sdk.me())).rejects.toMatchObject({ status: 403 });
  expect(await endless.tookAtMost(32 * MIB)).toBe(true);
});

it("keeps the status of a refusal to run a query again", async () => {
  await start(403, { ...LOGIN, "/versions": {}, "/queries/7": {}, "/user": { display_name: "Ada" } });
  const source = { query: "7", hostname: "127.0.0.1" };
  const { pieces } = await runAgain(api, source, PATIENT_MS, new AbortController().signal);
  const read = async () => {
    for await (const _piece of pieces) {
      // There is none.
    }
  };
  await expect(read()).rejects.toThrow("Looker answered 403");
  expect(await endless.tookAtMost(64 * 1024)).toBe(true);
});
