/** What the hub refuses before anything is done: 4xx, always with a JSON body, and never an error of ours. */

import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { bodyOf, EXECUTE_PATH, FORM_PATH, lookerPost } from "../helpers/looker-post";
import { post } from "../helpers/post";
import { type RunningHub, startHub, TOKEN } from "../helpers/running-hub";

const FORM = { env_id: "123", property_type: "user" };

let hub: RunningHub;

async function start(variables: Readonly<Record<string, string>> = {}): Promise<void> {
  hub = await startHub(variables);
}

afterEach(async () => hub.close());

describe("without the right token", () => {
  it.each(["/", "/actions/heap", FORM_PATH, EXECUTE_PATH])("%s is 401 with a JSON body", async (path) => {
    await start();
    for (const headers of [
      {},
      { authorization: 'Token token="hub-toke"' },
      { authorization: `Bearer ${TOKEN}` },
    ]) {
      const reply = await post(`${hub.url}${path}`, "{}", headers);
      expect(reply.status).toBe(401);
      expect(bodyOf(reply)).toMatchObject({ looker: { success: false }, error: expect.any(String) });
    }
  });

  it("nothing else that is wrong is looked at", async () => {
    await start();
    expect((await post(`${hub.url}${EXECUTE_PATH}`, "not JSON")).status).toBe(401);
  });

  it("any of several tokens opens, so that one can be replaced by another", async () => {
    await start({ ACTION_HUB_TOKENS: "old-token, new-token" });
    for (const token of ["old-token", "new-token"]) {
      expect((await lookerPost(hub, "/", null, { authorization: `Token token="${token}"` })).status).toBe(
        200,
      );
    }
    expect(
      (await lookerPost(hub, "/", null, { authorization: 'Token token="old-token, new-token"' })).status,
    ).toBe(401);
  });
});

describe("a body that can't be used", () => {
  it.each([
    ["missing", null, "The request has no body."],
    ["broken", '{"type":', "The body of the request is not JSON."],
    ["no JSON", "type=query", "The body of the request is not JSON."],
    ["no object", "[]", "The body of the request is not a JSON object."],
    ["no object", "null", "The body of the request is not a JSON object."],
    ["not UTF-8", Buffer.from([0x22, 0xff, 0x22]), "The body of the request is not UTF-8."],
    [
      "badly shaped",
      '{"form_params":[]}',
      "The body of the request is wrong at form_params: it must be object.",
    ],
  ])("because it is %s is 400 with a JSON body", async (_what, body, message) => {
    await start();
    for (const path of [FORM_PATH, EXECUTE_PATH]) {
      const reply = await lookerPost(hub, path, body, { "content-type": "application/json" });
      expect(reply.status).toBe(400);
      expect(bodyOf(reply)).toEqual({
        error: message,
        looker: { success: false, message, refresh_query: false },
      });
    }
  });

  it("because there is nothing to send is 400", async () => {
    await start();
    const reply = await lookerPost(hub, EXECUTE_PATH, JSON.stringify({ type: "query", form_params: FORM }));
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining("neither a download URL")]);
  });

  it("because it is of another type than a query is 400", async () => {
    await start();
    const reply = await lookerPost(hub, EXECUTE_PATH, JSON.stringify({ type: "cell", form_params: FORM }));
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining("not a cell")]);
  });

  it("because it is packed in an unknown way is 415", async () => {
    await start();
    const reply = await lookerPost(hub, EXECUTE_PATH, "{}", { "content-encoding": "zip" });
    expect(reply.status).toBe(415);
    expect(bodyOf(reply)).toMatchObject({ looker: { success: false } });
  });

  it("because it is not packed as it says is 400", async () => {
    await start();
    const reply = await lookerPost(hub, EXECUTE_PATH, "{}", { "content-encoding": "gzip" });
    expect([reply.status, bodyOf(reply)]).toMatchObject([400, { looker: { success: false } }]);
  });

  it("because it is over 64 MB is 413", async () => {
    await start();
    const reply = await lookerPost(hub, EXECUTE_PATH, Buffer.alloc(64 * 1024 * 1024 + 1, " "));
    expect(reply.status).toBe(413);
    expect(bodyOf(reply)).toMatchObject({
      error: expect.stringContaining("64 MB"),
      looker: { success: false },
    });
  });

  it("because it is too large once it is unpacked is 413", async () => {
    await start();
    const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024 + 1, " "));
    expect((await lookerPost(hub, EXECUTE_PATH, packed, { "content-encoding": "gzip" })).status).toBe(413);
  });

  it("is never an error of ours, whatever it is", async () => {
    await start();
    const bodies = fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }),
      fc
        .record(
          {
            type: fc.constantFrom("query", null),
            form_params: fc.oneof(
              fc.constant({ ...FORM, dry_run: "yes" }),
              fc.jsonValue(),
              fc.dictionary(fc.string(), fc.string()),
            ),
            scheduled_plan: fc.oneof(fc.jsonValue(), fc.record({ query: fc.jsonValue() })),
            attachment: fc.oneof(fc.jsonValue(), fc.record({ data: fc.jsonValue(), mimetype: fc.string() })),
          },
          { requiredKeys: [] },
        )
        .map((body) => JSON.stringify(body)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(FORM_PATH, EXECUTE_PATH), bodies, async (path, body) => {
        const reply = await lookerPost(hub, path, body);
        expect([200, 400]).toContain(reply.status);
        expect(JSON.stringify(bodyOf(reply))).not.toContain("inside the action hub");
      }),
    );
  });
});

it("an execute is refused with 503 while the hub stops; the listing and the form are not", async () => {
  await start();
  hub.drain();
  const reply = await lookerPost(
    hub,
    EXECUTE_PATH,
    '{"scheduled_plan":{"download_url":"http://127.0.0.1:9"}}',
  );
  expect(reply.status).toBe(503);
  expect(bodyOf(reply)).toMatchObject({
    looker: { success: false, message: "The action hub is being restarted. Send it again in a few minutes." },
  });
  expect((await lookerPost(hub, "/")).status).toBe(200);
  expect((await lookerPost(hub, FORM_PATH, "{}")).status).toBe(200);
});
