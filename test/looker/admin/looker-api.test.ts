/** How the SDK's requests fare on the way: tokens that end early, refusals with Looker's own bodies, silence. */

import nock from "nock";
import { LookerApi } from "../../../src/looker";

const BASE = "https://looker.example.com";
const DOCS = "https://cloud.google.com/looker/docs/";

const PATIENT_MS = 60_000;

let api: LookerApi;

beforeEach(() => {
  nock.disableNetConnect();
  api = apiThatWaits(PATIENT_MS);
});

function apiThatWaits(timeoutMs: number): LookerApi {
  const credentials = { baseUrl: BASE, clientId: "id", clientSecret: "secret" };
  return new LookerApi(credentials, { connectTimeoutMs: PATIENT_MS, timeoutMs });
}

afterEach(() => {
  api.disconnect();
  nock.cleanAll();
  nock.enableNetConnect();
});

function login(token: string): void {
  nock(BASE)
    .post("/api/4.0/login", "client_id=id&client_secret=secret")
    .reply(200, { access_token: token, token_type: "Bearer", expires_in: 3600 });
}

const asUser = (token: string) => nock(BASE, { reqheaders: { authorization: `Bearer ${token}` } });

const me = () => api.sdk.ok(api.sdk.me());

it("logs in once, with the credentials it was given, for all its requests", async () => {
  login("one");
  asUser("one").get("/api/4.0/user").twice().reply(200, { id: "1" });
  await me();
  expect(await me()).toEqual({ id: "1" });
});

it("logs in again when a token ends before its time, and repeats the request", async () => {
  login("one");
  asUser("one")
    .get("/api/4.0/user")
    .reply(401, { message: "Requires authentication.", documentation_url: DOCS });
  login("two");
  asUser("two").get("/api/4.0/user").reply(200, { id: "1" });
  expect(await me()).toEqual({ id: "1" });
});

it("does not ask for ever when no token is taken", async () => {
  login("one");
  login("two");
  nock(BASE)
    .get("/api/4.0/user")
    .twice()
    .reply(401, { message: "Requires authentication.", documentation_url: DOCS });
  await expect(me()).rejects.toMatchObject({ status: 401 });
  expect(nock.isDone()).toBe(true);
});

it.each([
  [403, { message: "Permission denied", documentation_url: DOCS }, "Looker answered 403 (Permission denied)"],
  [404, { message: "Not found", documentation_url: DOCS }, "Looker answered 404 (Not found)"],
  [
    422,
    {
      message: "Validation Failed",
      errors: [{ field: "url", code: "invalid", message: "is invalid", documentation_url: DOCS }],
      documentation_url: DOCS,
    },
    "Looker answered 422 (Validation Failed; url: is invalid)",
  ],
  [502, "<html>Bad gateway</html>", "Looker answered 502 (no message)"],
])("repeats what Looker says to a %i", async (status, body, message) => {
  login("one");
  nock(BASE).get("/api/4.0/user").reply(status, body);
  await expect(me()).rejects.toMatchObject({ status, message });
});

it("says that an answer is not Looker's when it is not JSON", async () => {
  login("one");
  nock(BASE).get("/api/4.0/user").reply(200, "<html>Sign in</html>");
  await expect(me()).rejects.toThrow("its answer is not JSON: is this the address of Looker's API?");
});

it("gives up on a Looker that does not answer in time", async () => {
  api.disconnect();
  api = apiThatWaits(50);
  login("one");
  nock(BASE).get("/api/4.0/user").delay(60_000).reply(200, {});
  await expect(me()).rejects.toMatchObject({
    status: undefined,
    message: "Looker can't be reached (time-out)",
  });
  nock.abortPendingRequests();
});

it("names the code of a connection that fails, and no credential", async () => {
  nock(BASE)
    .post("/api/4.0/login")
    .replyWithError(Object.assign(new Error("secret"), { code: "ECONNRESET" }));
  await expect(me()).rejects.toMatchObject({ message: "Looker can't be reached (ECONNRESET)" });
});
