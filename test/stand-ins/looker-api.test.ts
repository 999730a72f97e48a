/** Holds the stand-in's API to Looker's API 4.0: who may ask, and the bodies of its refusals. */

import { once } from "node:events";
import { systemClock } from "../../src/clock";
import { type ApiUser, type StandInLooker, startStandInLooker } from "../../stand-ins/looker";
import { type LoopbackServer, startLoopbackServer } from "../helpers/loopback-server";

const HOUR_MS = 3_600_000;

let now: number;
let looker: StandInLooker;
let admin: ApiUser;

beforeEach(async () => {
  now = 0;
  looker = await startStandInLooker({ clock: { ...systemClock, now: () => now } });
  admin = looker.instance.addUser("Ada Admin");
});

afterEach(() => looker.close());

interface Answer {
  status: number;
  body: unknown;
}

async function call(method: string, path: string, authorization?: string, body?: object): Promise<Answer> {
  const response = await fetch(`${looker.url}/api/4.0${path}`, {
    method,
    headers: { "content-type": "application/json", ...(authorization !== undefined && { authorization }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
}

async function login(clientId: string, clientSecret: string): Promise<Answer> {
  const form = new URLSearchParams({ client_id: clientId, client_secret: clientSecret });
  const response = await fetch(`${looker.url}/api/4.0/login`, { method: "POST", body: form });
  return { status: response.status, body: await response.json() };
}

/** @returns the header of a user who has just logged in */
async function loggedIn({ clientId, clientSecret }: ApiUser = admin): Promise<string> {
  const { access_token: token } = Object((await login(clientId, clientSecret)).body);
  return `Bearer ${token}`;
}

const refused = (status: number, message: string): Answer => ({
  status,
  body: { message, documentation_url: expect.stringMatching(/^https:/) },
});
const UNAUTHORIZED = refused(401, "Requires authentication.");
const FORBIDDEN = refused(403, "Permission denied");
const NOT_FOUND = refused(404, "Not found");

const invalid = (field: string, message: string): Answer => ({
  status: 422,
  body: {
    message: "Validation Failed",
    documentation_url: expect.stringMatching(/^https:/),
    errors: [{ field, code: "invalid", message, documentation_url: expect.stringMatching(/^https:/) }],
  },
});

describe("a login", () => {
  it("gives a token for an hour", async () => {
    const { status, body } = await login(admin.clientId, admin.clientSecret);
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^\w{40}$/),
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: null,
    });
  });

  it("is 404 with a secret, or an id, that is not right", async () => {
    expect(await login(admin.clientId, "guessed")).toEqual(NOT_FOUND);
    expect(await login("guessed", admin.clientSecret)).toEqual(NOT_FOUND);
  });
});

describe("an access token", () => {
  it("opens the API in both ways that Looker takes it", async () => {
    const bearer = await loggedIn();
    for (const header of [bearer, bearer.replace("Bearer", "token")]) {
      expect(await call("GET", "/user", header)).toMatchObject({
        status: 200,
        body: { id: admin.id, display_name: "Ada Admin" },
      });
    }
  });

  it("is needed by every call, those of paths that are not there too", async () => {
    for (const path of ["/user", "/versions", "/integration_hubs", "/looks/1", "/nothing"]) {
      expect(await call("GET", path)).toEqual(UNAUTHORIZED);
      expect(await call("GET", path, "Bearer guessed")).toEqual(UNAUTHORIZED);
    }
  });

  it("is worth nothing an hour later", async () => {
    const header = await loggedIn();
    now = HOUR_MS - 1;
    expect(await call("GET", "/user", header)).toMatchObject({ status: 200 });
    now = HOUR_MS;
    expect(await call("GET", "/user", header)).toEqual(UNAUTHORIZED);
  });

  it("is worth nothing after a logout, which leaves the other ones", async () => {
    const [header, other] = [await loggedIn(), await loggedIn()];
    expect(await call("DELETE", "/logout", header)).toEqual({ status: 204, body: undefined });
    expect(await call("GET", "/user", header)).toEqual(UNAUTHORIZED);
    expect(await call("GET", "/user", other)).toMatchObject({ status: 200 });
  });
});

describe("who may not do a thing", () => {
  it.each([
    ["administer", "GET", "/integration_hubs"],
    ["administer", "POST", "/integration_hubs"],
    ["administer", "PATCH", "/integrations/1::heap"],
    ["administer", "POST", "/integrations/1::heap/test"],
    ["send_to_integration", "GET", "/integrations"],
    ["send_to_integration", "POST", "/scheduled_plans"],
    ["send_to_integration", "POST", "/scheduled_plans/run_once"],
    ["see_looks", "GET", "/looks/1"],
    ["access_data", "GET", "/queries/1"],
    ["access_data", "GET", "/queries/1/run/json_detail"],
    ["see_system_activity", "POST", "/queries/run/json"],
  ])("is refused without the permission %s: %s %s", async (permission, method, path) => {
    const others = admin.permissions.filter((each) => each !== permission);
    const header = await loggedIn(looker.instance.addUser("Bo Business", others));
    expect(await call(method, path, header, method === "GET" ? undefined : {})).toEqual(FORBIDDEN);
  });

  it("is refused somebody else's schedule, unless they are an admin", async () => {
    looker.instance.plans.push({ id: "9", user_id: admin.id });
    const other = looker.instance.addUser("Bo Business", ["send_to_integration"]);
    expect(await call("GET", "/scheduled_plans/9", await loggedIn(other))).toEqual(FORBIDDEN);
    const second = looker.instance.addUser("Al Admin");
    expect(await call("GET", "/scheduled_plans/9", await loggedIn(second))).toMatchObject({ status: 200 });
  });

  it("may not download without a limit, but with the query's own", async () => {
    const { id } = looker.instance.addQuery(() => '{"data":[]}');
    const header = await loggedIn(looker.instance.addUser("Bo Business", ["access_data"]));
    const path = `/queries/${id}/run/json_detail`;
    expect(await call("GET", `${path}?limit=-1`, header)).toEqual(
      invalid("limit", "You may not download without a limit"),
    );
    expect(await call("GET", path, header)).toEqual({ status: 200, body: { data: [] } });
  });
});

it.each([
  ["GET", "/integration_hubs/99"],
  ["PATCH", "/integration_hubs/99"],
  ["GET", "/integration_hubs/99/health"],
  ["POST", "/integration_hubs/99/accept_legal_agreement"],
  ["GET", "/integrations/99::heap"],
  ["POST", "/integrations/99::heap/form"],
  ["GET", "/looks/99"],
  ["GET", "/queries/99"],
  ["GET", "/queries/99/run/json_detail"],
  ["GET", "/scheduled_plans/99"],
  ["PATCH", "/scheduled_plans/99"],
  ["DELETE", "/scheduled_plans/99"],
  ["GET", "/nothing"],
])("what is not there is 404: %s %s", async (method, path) => {
  expect(await call(method, path, await loggedIn())).toEqual(NOT_FOUND);
});

describe("what can't be so is 422, field by field", () => {
  it("for an action hub's address", async () => {
    const header = await loggedIn();
    const add = (url: unknown) => call("POST", "/integration_hubs", header, { url });
    expect(await add("nonsense")).toEqual(invalid("url", "is invalid"));
    expect(await add(undefined)).toEqual(invalid("url", "is invalid"));
    expect(await add("http://127.0.0.1:9/")).toMatchObject({ status: 200 });
    expect(await add("http://127.0.0.1:9/")).toEqual(invalid("url", "has already been taken"));
  });

  it("for a schedule: each thing that is wrong", async () => {
    const plan = { look_id: "99", scheduled_plan_destination: [{ type: "looker-integration://9::heap" }] };
    expect(await call("POST", "/scheduled_plans", await loggedIn(), plan)).toMatchObject({
      status: 422,
      body: {
        errors: [
          { field: "look_id", message: "is not a Look" },
          { field: "crontab", message: "can't be blank" },
          { field: "type", message: "The action is not enabled" },
        ],
      },
    });
    expect(looker.instance.plans).toEqual([]);
  });

  it("for a schedule's change, which is not made then", async () => {
    const { id: query } = looker.instance.addQuery(() => "{}");
    const header = await loggedIn();
    const made = await call("POST", "/scheduled_plans", header, { query_id: query, crontab: "0 6 * * *" });
    const { id } = Object(made.body);
    expect(await call("PATCH", `/scheduled_plans/${id}`, header, { crontab: "" })).toEqual(
      invalid("crontab", "can't be blank"),
    );
    expect(looker.instance.plans).toMatchObject([{ crontab: "0 6 * * *" }]);
  });

  it("for a format that a query can't be run in", async () => {
    const { id } = looker.instance.addQuery(() => "{}");
    expect(await call("GET", `/queries/${id}/run/json_detail_lite_stream`, await loggedIn())).toEqual(
      invalid("result_format", "json_detail_lite_stream is not a format"),
    );
  });
});

describe("an action hub", () => {
  let hub: LoopbackServer;
  let tokens: (string | undefined)[];

  beforeEach(async () => {
    tokens = [];
    hub = await startLoopbackServer((request, response) => {
      tokens.push(request.headers.authorization);
      request.resume();
      void once(request, "end").then(() =>
        response.end(JSON.stringify({ label: "Heap", integrations: [{ name: "heap", url: hub.url }] })),
      );
    });
  });

  afterEach(() => hub.close());

  async function add(header: string): Promise<string> {
    const { body } = await call("POST", "/integration_hubs", header, {
      url: hub.url,
      authorization_token: "hub-secret",
    });
    return Object(body).id;
  }

  it("is asked with its token, which the API never shows", async () => {
    const header = await loggedIn();
    const id = await add(header);
    expect(tokens).toEqual(['Token token="hub-secret"']);
    const { body } = await call("GET", `/integration_hubs/${id}`, header);
    expect(body).toMatchObject({ label: "Heap", has_authorization_token: true, fetch_error_message: null });
    expect(JSON.stringify(body)).not.toContain("hub-secret");
  });

  it("has no action enabled before its legal agreement is accepted, which is done once", async () => {
    const header = await loggedIn();
    const id = await add(header);
    const enable = () => call("PATCH", `/integrations/${id}::heap`, header, { enabled: true });
    expect(await enable()).toEqual(
      invalid("enabled", "The integration hub's legal agreement must be accepted first"),
    );
    const accept = () => call("POST", `/integration_hubs/${id}/accept_legal_agreement`, header);
    expect(await accept()).toMatchObject({ status: 200, body: { legal_agreement_signed: true } });
    expect(await enable()).toMatchObject({ status: 200, body: { enabled: true } });
    expect(await accept()).toEqual(invalid("base", "The legal agreement has been accepted already"));
  });

  it("that is gone is told in its health", async () => {
    const header = await loggedIn();
    const id = await add(header);
    await hub.close();
    expect(await call("GET", `/integration_hubs/${id}/health`, header)).toMatchObject({
      status: 200,
      body: { success: false, message: expect.stringContaining("can't be reached") },
    });
  });
});
