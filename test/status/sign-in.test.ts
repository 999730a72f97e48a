/** Who gets to see the pages. */

import { Sessions } from "../../src/status/sessions";
import { ADMIN, PageVisitor } from "../helpers/page-visitor";
import { type RunningHub, startHub, TOKEN } from "../helpers/running-hub";

const AUTHORIZED = { authorization: `Token token="${ADMIN}"` };

const hubs: RunningHub[] = [];
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.close();
});

async function hubWith(variables: Record<string, string> = {}): Promise<RunningHub> {
  const hub = await startHub({ ADMIN_TOKENS: ADMIN, ...variables });
  hubs.push(hub);
  return hub;
}

function cookieOf({ headers }: { headers: Headers }): string {
  return headers.getSetCookie()[0] ?? "";
}

it("shows nothing to who has not signed in, and brings them back afterwards", async () => {
  const visitor = new PageVisitor(await hubWith());
  const list = await visitor.get("/deliveries");
  expect(list).toMatchObject({ status: 303 });
  expect(list.headers.get("location")).toBe("/deliveries/sign-in");
  const one = await visitor.get("/deliveries/some-id");
  expect(one.headers.get("location")).toBe("/deliveries/sign-in?to=some-id");
  const form = await visitor.get("/deliveries/sign-in?to=some-id");
  expect(form.text).toContain('name="to" value="some-id"');
  const signedIn = await visitor.post("/deliveries/sign-in", { token: ADMIN, to: "some-id" });
  expect(signedIn.headers.get("location")).toBe("/deliveries/some-id");
});

it("signs in with an administrator's token, not with the hub's", async () => {
  const visitor = new PageVisitor(await hubWith());
  const wrong = await visitor.signIn(TOKEN);
  expect(wrong.status).toBe(401);
  expect(wrong.text).toContain("not an administrator's token");
  expect(cookieOf(wrong)).toBe("");
  expect((await visitor.signIn(ADMIN)).status).toBe(303);
  expect((await visitor.get("/deliveries")).status).toBe(200);
});

it("keeps the session in a cookie that scripts and other sites can't use", async () => {
  const cookie = cookieOf(await new PageVisitor(await hubWith()).signIn(ADMIN));
  expect(cookie).toMatch(/; HttpOnly/);
  expect(cookie).toMatch(/; SameSite=Strict/);
  expect(cookie).toMatch(/; Path=\/deliveries(;|$)/);
  expect(cookie).toMatch(/; Max-Age=\d+/);
  expect(cookie).not.toMatch(/Secure/);
});

it("sends that cookie only over TLS when the hub is reached so", async () => {
  const hub = await hubWith({ ACTION_HUB_BASE_URL: "https://hub.example.com/heap" });
  const cookie = cookieOf(await new PageVisitor(hub).post("/deliveries/sign-in", { token: ADMIN, to: "" }));
  expect(cookie).toMatch(/; Secure/);
  expect(cookie).toMatch(/; Path=\/heap\/deliveries(;|$)/);
});

it.each([
  ["a trusted proxy took it off", { TRUST_PROXY: "1" }, true],
  ["whoever says so is not trusted", {}, false],
])(
  "sends that cookie only over TLS, too, when the request came so: %s",
  async (_which, variables, secure) => {
    const visitor = new PageVisitor(await hubWith(variables));
    const form = { token: ADMIN, to: "" };
    const signedIn = await visitor.post("/deliveries/sign-in", form, { "x-forwarded-proto": "https" });
    expect(signedIn.status).toBe(303);
    expect(/; Secure/.test(cookieOf(signedIn))).toBe(secure);
  },
);

it("goes nowhere else after signing in", async () => {
  const visitor = new PageVisitor(await hubWith());
  const elsewhere = await visitor.post("/deliveries/sign-in", { token: ADMIN, to: "//evil.example.com/" });
  expect(elsewhere.headers.get("location")).toBe("/deliveries");
});

it("does not sign in with a form of another site", async () => {
  const visitor = new PageVisitor(await hubWith());
  const form = { token: ADMIN, to: "" };
  for (const origin of ["https://evil.example.com", "null"]) {
    const refused = await visitor.post("/deliveries/sign-in", form, { origin });
    expect(refused.status).toBe(403);
    expect(cookieOf(refused)).toBe("");
  }
});

it("signs out for good", async () => {
  const visitor = await PageVisitor.signedIn(await hubWith());
  const { cookie } = visitor;
  expect((await visitor.send("/deliveries", "sign-out")).status).toBe(303);
  expect(visitor.cookie).toBe("hub_session=");
  visitor.cookie = cookie;
  expect((await visitor.get("/deliveries")).status).toBe(303);
});

it("does not sign out with a form of another site", async () => {
  const visitor = await PageVisitor.signedIn(await hubWith());
  await visitor.post("/deliveries/sign-out", { form_token: "guessed" });
  expect((await visitor.get("/deliveries")).status).toBe(200);
});

it("holds up who tries one wrong token after the other, whichever way, and then the right one", async () => {
  const visitor = new PageVisitor(await hubWith());
  for (let tries = 0; tries < 5; tries++) {
    expect((await visitor.signIn(`wrong ${tries}`)).status).toBe(401);
    const headers = { authorization: `Token token="wrong ${tries}"` };
    expect((await visitor.get("/deliveries", headers)).status).toBe(401);
  }
  const refused = await visitor.signIn(ADMIN);
  expect(refused.status).toBe(429);
  expect(refused.text).toContain("Too many wrong tokens");
  expect(refused.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  expect(await visitor.get("/deliveries", AUTHORIZED)).toMatchObject({
    status: 429,
    text: expect.stringMatching(/^\{"error":/),
  });
});

it("does not count what is right", async () => {
  const visitor = new PageVisitor(await hubWith());
  for (let times = 0; times < 15; times++) {
    expect((await visitor.signIn(ADMIN)).status).toBe(303);
    expect((await visitor.get("/deliveries", AUTHORIZED)).status).toBe(200);
  }
});

it("does not count what is broken off: a script goes on after many event streams, open and closed", async () => {
  const hub = await hubWith();
  const streams = [];
  for (let times = 0; times < 14; times++) {
    const controller = new AbortController();
    const { signal } = controller;
    const stream = await fetch(`${hub.url}/deliveries/events`, { headers: AUTHORIZED, signal });
    expect(stream.status).toBe(200);
    streams.push(controller);
  }
  const visitor = new PageVisitor(hub);
  expect((await visitor.get("/deliveries", AUTHORIZED)).status).toBe(200);
  for (const stream of streams) stream.abort();
  expect((await visitor.get("/deliveries", AUTHORIZED)).status).toBe(200);
});

it("does not count answers to who sends no token at all", async () => {
  const visitor = new PageVisitor(await hubWith());
  for (let times = 0; times < 15; times++) {
    expect((await visitor.get("/deliveries", { accept: "application/json" })).status).toBe(401);
    expect((await visitor.get("/deliveries", { authorization: "Bearer something" })).status).toBe(401);
  }
  expect((await visitor.signIn(ADMIN)).status).toBe(303);
});

/** As many as there may be from one address. */
async function sendWrongTokens(hub: RunningHub): Promise<void> {
  const guesser = new PageVisitor(hub);
  for (let tries = 0; tries < 10; tries++) {
    expect((await guesser.signIn(`wrong ${tries}`)).status).toBe(401);
  }
}

it("goes on with who has signed in when wrong tokens come from their address: pages and buttons", async () => {
  const hub = await hubWith();
  const visitor = await PageVisitor.signedIn(hub);
  await sendWrongTokens(hub);
  expect((await visitor.get("/deliveries")).status).toBe(200);
  expect((await visitor.send("/deliveries", "sign-out")).status).toBe(303);
  expect((await visitor.signIn(ADMIN)).status).toBe(429);
});

/** The cookie of a session that another hub has opened. */
function cookieSignedWith(token: string): string {
  return `hub_session=${new Sessions([token], Date.now).open(token)}`;
}

it("counts made-up cookies as the tokens that they are signed with", async () => {
  const hub = await hubWith();
  const visitor = new PageVisitor(hub);
  for (let tries = 0; tries < 10; tries++) {
    visitor.cookie = cookieSignedWith(`wrong ${tries}`);
    expect((await visitor.get("/deliveries")).status).toBe(303);
  }
  visitor.cookie = cookieSignedWith(ADMIN);
  expect((await visitor.get("/deliveries")).status).toBe(429);
  expect((await visitor.get("/deliveries", AUTHORIZED)).status).toBe(429);
});

it("counts the cookie of a token that has been replaced once, however often a browser sends it", async () => {
  const visitor = new PageVisitor(await hubWith());
  visitor.cookie = cookieSignedWith("the token before");
  for (let times = 0; times < 15; times++) expect((await visitor.get("/deliveries")).status).toBe(303);
  expect((await visitor.signIn(ADMIN)).status).toBe(303);
});

it("protects every page: nothing inline, nothing from elsewhere, in no frame, in no cache", async () => {
  const { headers } = await new PageVisitor(await hubWith()).get("/deliveries/sign-in");
  expect(headers.get("content-security-policy")).toBe(
    "default-src 'none';style-src 'self';script-src 'self';connect-src 'self';img-src 'self';form-action 'self';" +
      "frame-ancestors 'none';base-uri 'none'",
  );
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("cache-control")).toBe("no-store");
});

it("says so when there is no such page", async () => {
  const visitor = await PageVisitor.signedIn(await hubWith());
  const missing = await visitor.get("/deliveries/no-such-delivery");
  expect(missing.status).toBe(404);
  expect(missing.text).toContain("There is no such delivery");
  expect((await visitor.get("/deliveries/a/b/c")).status).toBe(404);
});

it("serves its files for as long as their address is the same", async () => {
  const visitor = new PageVisitor(await hubWith());
  const { text } = await visitor.get("/deliveries/sign-in");
  const [, address = ""] = /<link rel="stylesheet" href="([^"]+)"/.exec(text) ?? [];
  const { status, headers } = await visitor.get(address);
  expect(status).toBe(200);
  expect(headers.get("content-type")).toMatch(/^text\/css/);
  expect(headers.get("cache-control")).toContain("immutable");
});
