/** The Action Hub protocol as Looker speaks it, over real HTTP. */

import { request } from "node:http";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { startStandInHeap } from "../../src/heap/stand-in";
import { generateResult, type HubClient, startStandInLooker } from "../../src/looker/stand-in";
import { shippedAction } from "../helpers/manifest";
import { type PostReply, post } from "../helpers/post";
import { type RunningHub, startHub, TOKEN } from "../helpers/running-hub";

const AUTHORIZED = { authorization: `Token token="${TOKEN}"` };
const FORM = { env_id: "123", property_type: "user" };
const FORM_PATH = "/actions/heap/form";
const EXECUTE_PATH = "/actions/heap/execute";

let hub: RunningHub;
const toClose: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of toClose.splice(0).reverse()) await each.close();
});

async function start(variables: Readonly<Record<string, string>> = {}): Promise<void> {
  hub = await startHub(variables);
  toClose.push(hub);
}

async function startLooker() {
  const looker = await startStandInLooker();
  toClose.push(looker);
  return looker;
}

/** Posts as Looker does, to the hub itself. */
function send(path: string, body: string | Buffer | null = null, headers: Record<string, string> = {}) {
  return post(`${hub.url}${path}`, body, { ...AUTHORIZED, ...headers });
}

function bodyOf({ text }: PostReply): unknown {
  return JSON.parse(text);
}

describe("the listing", () => {
  const { form: _form, ...stated } = shippedAction();

  it("states every setting, with an empty body and no content type", async () => {
    await start();
    const reply = await send("/");
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-type")).toMatch(/^application\/json/);
    expect(bodyOf(reply)).toEqual({
      label: "Heap",
      integrations: [
        {
          name: "heap",
          label: "Heap",
          description: stated.description,
          supported_action_types: ["query"],
          supported_formats: ["json_detail_lite_stream"],
          supported_formattings: ["unformatted"],
          supported_visualization_formattings: ["noapply"],
          supported_download_settings: ["url"],
          uses_oauth: false,
          required_fields: [],
          params: [],
          icon_data_uri: stated.icon_data_uri,
          url: `${hub.url}${EXECUTE_PATH}`,
          form_url: `${hub.url}${FORM_PATH}`,
        },
      ],
    });
  });

  it.each(["{}", "null", "not JSON"])("does not care for a body of %s", async (body) => {
    await start();
    expect((await send("/", body)).status).toBe(200);
  });

  it("has the label that is set up", async () => {
    await start({ ACTION_HUB_LABEL: "Heap (staging)" });
    expect(bodyOf(await send("/"))).toMatchObject({ label: "Heap (staging)" });
  });

  it("gives one action by itself, the same", async () => {
    await start();
    const listing = bodyOf(await send("/"));
    expect(listing).toMatchObject({ integrations: [bodyOf(await send("/actions/heap"))] });
  });

  it("asks an old Looker for the format it has, a new one and an unknown one for the stream", async () => {
    await start();
    const formatFor = async (agent: string) =>
      bodyOf(await send("/actions/heap", null, { "user-agent": agent }));
    expect(await formatFor("LookerOutgoingWebhook/6.1.9")).toMatchObject({
      supported_formats: ["json_detail"],
    });
    for (const agent of ["LookerOutgoingWebhook/7.3.00004561", "something else"]) {
      expect(await formatFor(agent)).toMatchObject({ supported_formats: ["json_detail_lite_stream"] });
    }
  });

  it.each([
    ["https://hub.example.com", "https://hub.example.com"],
    ["https://hub.example.com/", "https://hub.example.com"],
    ["https://hub.example.com:8443/looker/heap//", "https://hub.example.com:8443/looker/heap"],
  ])("has absolute URLs below the base URL %s", async (baseUrl, prefix) => {
    await start({ ACTION_HUB_BASE_URL: baseUrl });
    expect(bodyOf(await send("/actions/heap"))).toMatchObject({
      url: `${prefix}${EXECUTE_PATH}`,
      form_url: `${prefix}${FORM_PATH}`,
    });
  });
});

describe("a base URL with a path", () => {
  it.each(["", "/looker/heap"])("works whether a proxy takes it off or passes it on: %j", async (prefix) => {
    await start({ ACTION_HUB_BASE_URL: "https://hub.example.com/looker/heap" });
    const listing = bodyOf(await send(`${prefix}/`));
    expect(listing).toMatchObject({
      integrations: [{ url: `https://hub.example.com/looker/heap${EXECUTE_PATH}` }],
    });
    expect(bodyOf(await send(`${prefix}/actions/heap`))).toMatchObject({ name: "heap" });
    expect(bodyOf(await send(`${prefix}${FORM_PATH}`, "{}"))).toHaveProperty("fields");
    const execute = await send(`${prefix}${EXECUTE_PATH}`, "{}");
    expect([execute.status, execute.text]).toEqual([400, expect.stringContaining("neither a download URL")]);
  });

  it("is asked for a token below it too", async () => {
    await start({ ACTION_HUB_BASE_URL: "https://hub.example.com/looker/heap" });
    expect((await post(`${hub.url}/looker/heap/`)).status).toBe(401);
  });

  it("leaves nothing at other paths", async () => {
    await start({ ACTION_HUB_BASE_URL: "https://hub.example.com/looker/heap" });
    expect((await send("/looker/actions/heap")).status).toBe(404);
  });
});

describe("without the right token", () => {
  it.each(["/", "/actions/heap", FORM_PATH, EXECUTE_PATH, "/unknown"])(
    "%s is 401 with a JSON body",
    async (path) => {
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
    },
  );

  it("a body is not even read", async () => {
    await start();
    expect((await post(`${hub.url}${EXECUTE_PATH}`, "{".repeat(100_000))).status).toBe(401);
  });

  it("any of several tokens opens, so that one can be replaced by another", async () => {
    await start({ ACTION_HUB_TOKENS: "old-token, new-token" });
    for (const token of ["old-token", "new-token"]) {
      expect((await send("/", null, { authorization: `Token token="${token}"` })).status).toBe(200);
    }
    expect((await send("/", null, { authorization: 'Token token="old-token, new-token"' })).status).toBe(401);
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
      const reply = await send(path, body, { "content-type": "application/json" });
      expect(reply.status).toBe(400);
      expect(bodyOf(reply)).toEqual({
        error: message,
        looker: { success: false, message, refresh_query: false },
      });
    }
  });

  it("because there is nothing to send is 400", async () => {
    await start();
    const reply = await send(EXECUTE_PATH, JSON.stringify({ type: "query", form_params: FORM }));
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining("neither a download URL")]);
  });

  it("because it is of another type than a query is 400", async () => {
    await start();
    const reply = await send(EXECUTE_PATH, JSON.stringify({ type: "cell", form_params: FORM }));
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining("not a cell")]);
  });

  it("because it is packed in an unknown way is 415", async () => {
    await start();
    const reply = await send(EXECUTE_PATH, "{}", { "content-encoding": "zip" });
    expect(reply.status).toBe(415);
    expect(bodyOf(reply)).toMatchObject({ looker: { success: false } });
  });

  it("because it is not packed as it says is 400", async () => {
    await start();
    const reply = await send(EXECUTE_PATH, "{}", { "content-encoding": "gzip" });
    expect([reply.status, bodyOf(reply)]).toMatchObject([400, { looker: { success: false } }]);
  });

  it("because it is over 64 MB is 413, and is not waited for", async () => {
    await start();
    const headers = { ...AUTHORIZED, "content-length": 64 * 1024 * 1024 + 1 };
    const post = request(`${hub.url}${EXECUTE_PATH}`, { method: "POST", headers, agent: false });
    post.flushHeaders();
    const [status, body] = await new Promise<[number | undefined, string]>((resolve, reject) => {
      post.on("error", reject);
      post.on("response", (response) => {
        text(response).then((received) => resolve([response.statusCode, received]), reject);
      });
    });
    post.destroy();
    expect(status).toBe(413);
    expect(JSON.parse(body)).toMatchObject({
      error: expect.stringContaining("64 MB"),
      looker: { success: false },
    });
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
            form_params: fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.string())),
            scheduled_plan: fc.oneof(fc.jsonValue(), fc.record({ query: fc.jsonValue() })),
            attachment: fc.oneof(fc.jsonValue(), fc.record({ data: fc.jsonValue(), mimetype: fc.string() })),
          },
          { requiredKeys: [] },
        )
        .map((body) => JSON.stringify(body)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(FORM_PATH, EXECUTE_PATH), bodies, async (path, body) => {
        const reply = await send(path, body);
        expect([200, 400]).toContain(reply.status);
        expect(JSON.stringify(bodyOf(reply))).not.toContain("inside the action hub");
      }),
    );
  });
});

describe("a path that is not Looker's", () => {
  it.each(["/", "/unknown", "/actions", "/actions/other", EXECUTE_PATH, "/%E0%A4%A"])(
    "%s is 404 with a JSON body",
    async (path) => {
      await start();
      const response = await fetch(`${hub.url}${path}`, { headers: AUTHORIZED });
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({
        error: "There is nothing here. Looker posts to / and below /actions/.",
      });
    },
  );

  it("is 404 for an action that there is not", async () => {
    await start();
    for (const path of ["/actions/other", "/actions/other/form", "/actions/heap/other"]) {
      expect((await send(path, "{}")).status).toBe(404);
    }
  });
});

describe("the form", () => {
  const BODY = JSON.stringify({ type: "query", data: {}, form_params: {} });

  it("has the fields of actions.json", async () => {
    await start();
    const reply = await send(FORM_PATH, BODY);
    expect(reply.status).toBe(200);
    expect(bodyOf(reply)).toEqual({
      fields: shippedAction().form.map((field) => ({ interactive: false, ...field })),
    });
  });

  it("offers the environments that are set up", async () => {
    await start({ HEAP_ENVIRONMENTS: "Production=123,Europe=789@eu" });
    const [environment] = Object(bodyOf(await send(FORM_PATH, BODY))).fields;
    expect(environment).toMatchObject({
      name: "env_id",
      type: "select",
      default: "123",
      options: [
        { name: "123", label: "Production (123)" },
        { name: "789", label: "Europe (789)" },
      ],
    });
  });
});

describe("an execute", () => {
  async function startAll(variables: Readonly<Record<string, string>> = {}) {
    const heap = await startStandInHeap();
    toClose.push(heap);
    const looker = await startLooker();
    await start({ HEAP_API_URL: heap.url, ...variables });
    const client: HubClient = looker.hub({ url: hub.url, token: TOKEN });
    const execute = (formParams: Readonly<Record<string, string | null>>, downloadUrl: string) =>
      client.execute(`${hub.url}${EXECUTE_PATH}`, { formParams, downloadUrl });
    return { heap, looker, client, execute };
  }

  it("downloads the result and sends it", async () => {
    const { heap, looker, execute } = await startAll();
    const { status, outcome } = await execute(FORM, looker.offer(generateResult({ rows: 25 })));
    expect([status, outcome]).toMatchObject([200, { success: true, validationErrors: {} }]);
    expect(heap.users("123").size).toBe(25);
  });

  it("sends a result that was pushed, its long integers exact", async () => {
    const { heap, client } = await startAll();
    const result = [...generateResult({ rows: 3 })].join("");
    const attachment = { mimetype: "application/json", extension: "json", data: result };
    const { outcome } = await client.execute(`${hub.url}${EXECUTE_PATH}`, { formParams: FORM, attachment });
    expect(outcome).toMatchObject({ success: true });
    expect(heap.users("123").get("shopper.0@example.com")?.get("Users External ID")).toMatch(/^1\d{18}$/);
  });

  it("with a wrong form is HTTP 200, names the fields and downloads nothing", async () => {
    const { heap, looker, execute } = await startAll();
    const url = looker.offer("{}");
    const { status, outcome } = await execute({ env_id: "Production", property_type: "device" }, url);
    expect(status).toBe(200);
    expect(outcome).toMatchObject({
      success: false,
      validationErrors: {
        env_id: 'A Heap environment ID is digits only, and "Production" is not.',
        property_type: 'Choose one of user, account for "What each row is".',
      },
    });
    expect((await fetch(url)).status).toBe(200);
    expect(heap.requests).toBe(0);
  });

  it("with a column that the result does not have names the field", async () => {
    const { heap, looker, execute } = await startAll();
    const form = { ...FORM, heap_field: "Users Nickname" };
    const { status, outcome } = await execute(form, looker.offer(generateResult({ rows: 2 })));
    expect([status, outcome?.success, Object.keys(outcome?.validationErrors ?? {})]).toEqual([
      200,
      false,
      ["heap_field"],
    ]);
    expect(heap.requests).toBe(0);
  });

  it("to an environment that is not set up is refused", async () => {
    const { heap, looker, execute } = await startAll({ HEAP_ENVIRONMENTS: "Production=123" });
    const { outcome } = await execute({ ...FORM, env_id: "456" }, looker.offer(generateResult({ rows: 2 })));
    expect(outcome?.validationErrors["env_id"]).toBe(
      "This hub may not send to Heap environment 456. Choose one of Production (123).",
    );
    expect(heap.requests).toBe(0);
  });

  it("does not download from an origin that is not allowed", async () => {
    const { heap, looker, execute } = await startAll({
      LOOKER_ALLOWED_ORIGINS: "https://looker.example.com",
    });
    const url = looker.offer(generateResult({ rows: 2 }));
    const { status, outcome } = await execute(FORM, url);
    expect([status, outcome?.success]).toEqual([200, false]);
    expect(outcome?.message).toContain(`results may not be downloaded from ${looker.url}`);
    expect(outcome?.message).not.toContain(url);
    expect((await fetch(url)).status).toBe(200);
    expect(heap.requests).toBe(0);
  });

  it("does not follow a redirect to an origin that is not allowed", async () => {
    const elsewhere = await startLooker();
    const { heap, looker } = await startAll();
    await start({ HEAP_API_URL: heap.url, LOOKER_ALLOWED_ORIGINS: looker.url });
    const offer = elsewhere.offer(generateResult({ rows: 2 }));
    const client = looker.hub({ url: hub.url, token: TOKEN });
    const { outcome } = await client.execute(`${hub.url}${EXECUTE_PATH}`, {
      formParams: FORM,
      downloadUrl: looker.offer("", { redirectTo: offer }),
    });
    expect(outcome).toMatchObject({ success: false });
    expect((await fetch(offer)).status).toBe(200);
    expect(heap.requests).toBe(0);
  });
});
