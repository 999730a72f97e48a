/** Holds the stand-in Looker to looker-protocol.md: one-use downloads, calls to a hub, and generated results. */

import { once } from "node:events";
import { createServer, get, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { systemClock } from "../../src/clock";
import {
  type ExecuteReply,
  expectedUsers,
  generateResult,
  type HubClient,
  type StandInLooker,
  startStandInLooker,
} from "../../stand-ins/looker";

let now = 0;
let looker: StandInLooker;

beforeEach(async () => {
  now = 0;
  looker = await startStandInLooker({ clock: { ...systemClock, now: () => now } });
});

afterEach(async () => looker.close());

async function open(url: string): Promise<IncomingMessage> {
  const request = get(url, { agent: false });
  const [response] = await once(request, "response");
  return response;
}

/** Reads from the first moment, so that chunks which arrive one by one are seen one by one. */
function chunksOf(url: string): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(chunks)).on("error", reject);
    });
  });
}

describe("a download URL", () => {
  it("gives the document once, and a page for people afterwards", async () => {
    const url = looker.offer('{"data":[]}');
    const first = await fetch(url);
    expect(first.headers.get("content-type")).toBe("application/json");
    expect(await first.text()).toBe('{"data":[]}');

    const second = await fetch(url);
    expect(second.status).toBe(404);
    expect(second.headers.get("content-type")).toContain("text/html");
    expect(await second.text()).toContain("<html>");
  });

  it("is gone an hour after it was offered", async () => {
    const [inTime, late] = [looker.offer("{}"), looker.offer("{}")];
    now = 3_600_000 - 1;
    expect((await fetch(inTime)).status).toBe(200);
    now = 3_600_000;
    expect((await fetch(late)).status).toBe(404);
  });

  it("is gone sooner if asked for", async () => {
    const url = looker.offer("{}", { expiresAfterMs: 0 });
    expect((await fetch(url)).status).toBe(404);
  });

  it("is 404 if it was never offered", async () => {
    expect((await fetch(`${looker.url}/render/action_hub/none`)).status).toBe(404);
  });

  it("gives a document in pieces of any kind", async () => {
    async function* pieces() {
      yield "é";
      yield Buffer.from("ü");
    }
    for (const document of [Buffer.from("éü"), ["é", Buffer.from("ü")], pieces()]) {
      expect(await (await fetch(looker.offer(document))).text()).toBe("éü");
    }
  });

  it("reads an endless document no faster than it is downloaded, and stops when the downloader hangs up", async () => {
    let pieces = 0;
    let stop = () => {};
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    function* endless() {
      try {
        for (;;) {
          pieces += 1;
          yield Buffer.alloc(64 * 1024, " ");
        }
      } finally {
        stop();
      }
    }
    const response = await open(looker.offer(endless()));
    await once(response, "readable");
    response.destroy();
    await stopped;
    expect(pieces).toBeLessThan(1000);
  });
});

describe("a download that goes wrong", () => {
  it("has the status and the content type it was given", async () => {
    const response = await fetch(looker.offer("<html>", { status: 503, contentType: "text/html" }));
    expect(response.status).toBe(503);
    expect(response.headers.get("content-type")).toBe("text/html");
  });

  it("is sent on to another URL", async () => {
    const elsewhere = looker.offer("{}");
    const response = await fetch(looker.offer("", { redirectTo: elsewhere }), { redirect: "manual" });
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe(elsewhere);
  });

  it.each([0, 1, 100_000])("breaks off after exactly %d bytes", async (cutAfterBytes) => {
    const response = await open(looker.offer("x".repeat(200_000), { cutAfterBytes }));
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    await expect(once(response, "end")).rejects.toThrow("aborted");
    expect(bytes).toBe(cutAfterBytes);
  });

  it("breaks off at the end of a document that is shorter", async () => {
    await expect(chunksOf(looker.offer("{}", { cutAfterBytes: 100 }))).rejects.toThrow("aborted");
  });

  it("comes in chunks of the size asked for, whatever they split", async () => {
    const chunks = await chunksOf(looker.offer(["a🏰b", "c"], { chunkBytes: 3 }));
    expect(chunks.map((chunk) => chunk.length)).toEqual([3, 3, 1]);
    expect(Buffer.concat(chunks).toString()).toBe("a🏰bc");
  });
});

describe("a call to a hub", () => {
  interface Call {
    readonly method: string | undefined;
    readonly path: string | undefined;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }

  let hub: Server;
  let client: HubClient;
  let calls: Call[];
  let answer: string;

  beforeEach(async () => {
    calls = [];
    answer = "{}";
    hub = createServer(async (request, response) => {
      const { method, url: path, headers } = request;
      calls.push({ method, path, headers, body: await text(request) });
      response.end(answer);
    }).listen(0, "127.0.0.1");
    await once(hub, "listening");
    client = looker.hub({ url: hubUrl("/hub"), token: "secret" });
  });

  afterEach(() => {
    hub.closeAllConnections();
    hub.close();
  });

  function hubUrl(path: string): string {
    const address = hub.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return `http://127.0.0.1:${address.port}${path}`;
  }

  async function executeAnswered(body: string): Promise<ExecuteReply> {
    answer = body;
    return client.execute(hubUrl("/execute"), { formParams: {} });
  }

  it("lists with an empty body and no content type", async () => {
    answer = '{"integrations":[]}';
    expect(await client.list()).toMatchObject({ status: 200, body: { integrations: [] } });
    expect(calls).toMatchObject([{ method: "POST", path: "/hub", body: "" }]);
    expect(calls[0]?.headers).not.toHaveProperty("content-type");
  });

  it("says who calls as Looker does", async () => {
    await client.list();
    expect(calls[0]?.headers).toMatchObject({
      "user-agent": "LookerOutgoingWebhook/24.20.0",
      authorization: 'Token token="secret"',
      "x-looker-instance": "stand-in",
      "x-looker-webhook-id": expect.stringMatching(/./),
    });
  });

  it("takes the version and the instance it is given", async () => {
    await looker.hub({ url: hubUrl("/"), token: "t", version: "6.0.1", instance: "acme" }).list();
    expect(calls[0]?.headers).toMatchObject({
      "user-agent": "LookerOutgoingWebhook/6.0.1",
      "x-looker-instance": "acme",
    });
  });

  it("asks for an action below the hub's path", async () => {
    await client.action("heap");
    expect(calls).toMatchObject([{ method: "POST", path: "/hub/actions/heap" }]);
  });

  it("posts a form's values", async () => {
    await client.form(hubUrl("/form"), { env_id: "123" });
    expect(calls[0]?.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(calls[0]?.body ?? "")).toEqual({
      type: "query",
      data: {},
      form_params: { env_id: "123" },
    });
  });

  it("posts an execute with its download URL and query", async () => {
    const query = { vis_config: { hidden_fields: ["users.name"] } };
    const formParams = { env_id: "123", heap_field: null };
    await client.execute(hubUrl("/execute"), {
      downloadUrl: "http://x/1",
      formParams,
      query,
      webhookId: "w1",
    });
    expect(calls[0]?.headers["x-looker-webhook-id"]).toBe("w1");
    expect(JSON.parse(calls[0]?.body ?? "")).toMatchObject({
      type: "query",
      scheduled_plan: { download_url: "http://x/1", query },
      attachment: null,
      form_params: formParams,
    });
  });

  it("posts an execute with an attachment", async () => {
    const attachment = { mimetype: "application/json", extension: "json", data: "{}" };
    await client.execute(hubUrl("/execute"), { attachment, formParams: {} });
    expect(JSON.parse(calls[0]?.body ?? "")).toMatchObject({
      attachment,
      scheduled_plan: { download_url: null },
    });
  });

  it("reads an outcome behind keep-alive newlines", async () => {
    const reply = await executeAnswered('\n\n{"looker":{"success":true,"message":"Sent 2 users."}}');
    expect(reply.text).toMatch(/^\n\n/);
    expect(reply.outcome).toEqual({ success: true, message: "Sent 2 users.", validationErrors: {} });
  });

  it("reads the validation errors of a wrong form", async () => {
    const reply = await executeAnswered(
      '{"looker":{"success":false,"validation_errors":{"env_id":"Digits only."}}}',
    );
    expect(reply.outcome).toEqual({
      success: false,
      message: "",
      validationErrors: { env_id: "Digits only." },
    });
  });

  it.each([
    "",
    "oops",
    "null",
    '{"success":true}',
    '{"looker":{"success":"yes"}}',
    '{"looker":{"success":true}',
  ])("finds no outcome in %j", async (body) => {
    expect((await executeAnswered(body)).outcome).toBeUndefined();
  });

  it("fails when the connection breaks before the reply is whole", async () => {
    hub.removeAllListeners("request").on("request", (_request, response) => {
      response.write("\n", () => response.destroy());
    });
    await expect(client.execute(hubUrl("/execute"), { formParams: {} })).rejects.toThrow("aborted");
  });

  it("hangs up when told to", async () => {
    const hangUp = new AbortController();
    hub.removeAllListeners("request").on("request", () => hangUp.abort());
    const reply = client.execute(hubUrl("/execute"), { formParams: {}, signal: hangUp.signal });
    await expect(reply).rejects.toThrow("aborted");
  });
});

describe("a generated result", () => {
  interface Result {
    readonly fields: { readonly dimensions: readonly unknown[]; readonly measures: readonly unknown[] };
    readonly data: readonly Readonly<Record<string, { readonly value: unknown }>>[];
  }

  function parse(options: Parameters<typeof generateResult>[0]): Result {
    return JSON.parse([...generateResult(options)].join(""));
  }

  it("is a whole document in Looker's format, with the rows asked for", () => {
    const { fields, data } = parse({ rows: 3 });
    expect(fields.dimensions).toHaveLength(7);
    expect(fields.measures).toHaveLength(3);
    expect(fields.dimensions[0]).toMatchObject({
      name: "users.email",
      label: "Users Email",
      tags: ["email"],
    });
    expect(data.map((row) => row["users.email"]?.value)).toEqual([
      "shopper.0@example.com",
      "shopper.1@example.com",
      "shopper.2@example.com",
    ]);
  });

  it("is a whole document without rows, too", () => {
    expect(parse({ rows: 0 }).data).toEqual([]);
  });

  it("is the same for the same seed and another for another", () => {
    const document = (seed: number) => [...generateResult({ rows: 10, seed })].join("");
    expect(document(1)).toBe(document(1));
    expect(document(1)).not.toBe(document(2));
  });

  it("has as many identities as asked for, near each other and far apart", () => {
    const emails = parse({ rows: 1000, identities: 50 }).data.map((row) => row["users.email"]?.value);
    expect(new Set(emails).size).toBe(50);
  });

  it("comes in chunks of about 64 KB", () => {
    const sizes = [...generateResult({ rows: 2000 })].slice(0, -1).map((chunk) => Buffer.byteLength(chunk));
    expect(sizes.length).toBeGreaterThan(5);
    for (const size of sizes) expect(size / 1024).toBeCloseTo(65, -1);
  });

  it("holds the values that tend to get damaged", () => {
    const document = [...generateResult({ rows: 1000 })].join("");
    for (const value of ["0", "null", '""', '"No"']) expect(document).toContain(`{"value":${value}}`);
    expect(document).toMatch(/\{"value":-\d+\.\d+\}/);
    expect(document).toMatch(/\{"value":1\d{18}\}/);
    for (const piece of ["🏰", '\\"D.C.\\"', "C:\\\\cities\\\\new", "one\\nLine", "\\/ SP"]) {
      expect(document).toContain(piece);
    }
  });
});

describe("the users expected of a generated result", () => {
  it("hold every cell but the identity and nulls, by label", () => {
    const users = expectedUsers({ rows: 100 });
    expect(users.size).toBe(100);
    const full = [...users.values()].find((properties) => properties.size === 9);
    expect([...(full?.keys() ?? [])]).toEqual([
      "Users Name",
      "Users City",
      "Users Plan",
      "Users Is Active (Yes / No)",
      "Users Signup Date",
      "Users External ID",
      "Orders Count",
      "Orders Total",
      "Orders Refunds",
    ]);
  });

  it("hold an integer past 2^53 as text with all its digits", () => {
    const [document] = generateResult({ rows: 1 });
    const digits = document?.match(/"users\.external_id":\{"value":(\d{19})\}/)?.[1];
    expect(expectedUsers({ rows: 1 }).get("shopper.0@example.com")?.get("Users External ID")).toBe(digits);
  });

  it("hold the later of two cells, and the earlier where the later is null", () => {
    const options = { rows: 200, identities: 1 };
    const plans = [...[...generateResult(options)].join("").matchAll(/"users\.plan":\{"value":("?\w+"?)\}/g)]
      .map(([, json = ""]) => JSON.parse(json))
      .filter((plan) => plan !== null);
    expect(expectedUsers(options).get("shopper.0@example.com")?.get("Users Plan")).toBe(plans.at(-1));
  });
});
