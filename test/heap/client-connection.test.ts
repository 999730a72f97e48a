/** What goes over the wire to Heap, and what becomes of a connection that goes wrong. */

import { getEventListeners } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import { buffer } from "node:stream/consumers";
import { type Answer, HeapClient, type HeapRequest, type KindName } from "../../src/heap";
import { startStandInHeap } from "../../stand-ins/heap";
import { EndlessAnswer } from "../helpers/endless-answer";
import { answerAndReset, type LoopbackServer, startLoopbackServer } from "../helpers/loopback-server";

const PATIENT_MS = 20_000;
const BODY = Buffer.from(
  '{"app_id":"123","users":[{"identity":"zoë@x","properties":{"ID No":12345678901234567890}}]}',
);

let server: LoopbackServer | undefined;
let client: HeapClient | undefined;

afterEach(async () => {
  client?.close();
  await server?.close();
  client = undefined;
  server = undefined;
});

async function serve(handle: RequestListener): Promise<string> {
  server = await startLoopbackServer(handle);
  return server.url;
}

function sendTo(
  host: string,
  { timeoutMs = PATIENT_MS, ...more }: Partial<HeapRequest> & { timeoutMs?: number } = {},
): Promise<Answer> {
  client = new HeapClient({ timeoutMs, now: Date.now });
  return client.send({ environment: { id: "123", host }, kind: "user", body: BODY, ...more });
}

describe("a request", () => {
  async function sent(kind: KindName): Promise<{ request: IncomingMessage; body: Buffer }> {
    return new Promise((resolve, reject) => {
      serve((request, response) => {
        response.end("{}");
        buffer(request).then((body) => resolve({ request, body }), reject);
      }).then((host) => sendTo(host, { kind }), reject);
    });
  }

  it("is the body as it was built, to the byte", async () => {
    const { request, body } = await sent("user");
    expect(body).toEqual(BODY);
    expect(request.headers).toMatchObject({
      "content-type": "application/json",
      "content-length": String(BODY.length),
      "user-agent": "looker-heap-action-hub",
    });
    expect(request.headers["transfer-encoding"]).toBeUndefined();
  });

  it.each([
    ["user", "/api/add_user_properties"],
    ["account", "/api/add_account_properties"],
  ] as const)("about a %s goes to %s", async (type, path) => {
    const { request } = await sent(type);
    expect([request.method, request.url]).toEqual(["POST", path]);
  });
});

describe("a signal that may break a request off", () => {
  it("keeps nothing of one that has its answer, however many there are", async () => {
    const host = await serve((_request, response) => void response.end("{}"));
    const { signal } = new AbortController();
    for (let request = 0; request < 3; request++)
      expect(await sendTo(host, { signal })).toEqual({ kind: "accepted", status: 200 });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("leaves one unanswered that waits, and one that comes after it", async () => {
    const lost = new AbortController();
    const host = await serve(() => lost.abort());
    const { signal } = lost;
    expect(await sendTo(host, { signal })).toMatchObject({ kind: "unanswered" });
    expect(await sendTo(host, { signal })).toMatchObject({ kind: "unanswered" });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("a connection", () => {
  it("that is reset before an answer leaves the request unanswered", async () => {
    const host = await serve((request) => request.socket.resetAndDestroy());
    expect(await sendTo(host)).toEqual({ kind: "unanswered", cause: "ECONNRESET" });
  });

  it("that is closed before an answer leaves the request unanswered", async () => {
    const host = await serve((request) => request.socket.destroy());
    expect(await sendTo(host)).toEqual({ kind: "unanswered", cause: "ECONNRESET" });
  });

  it("that is reset in the middle of the answer leaves the request unanswered, even after a 200", async () => {
    const host = await serve((_request, response) => answerAndReset(response, 200, "{"));
    expect(await sendTo(host)).toMatchObject({ kind: "unanswered" });
  });

  it("that nobody takes leaves the request unanswered", async () => {
    const gone = await startLoopbackServer(() => undefined);
    await gone.close();
    expect(await sendTo(gone.url)).toEqual({ kind: "unanswered", cause: "ECONNREFUSED" });
  });

  it("on which Heap stays silent is given up after the time-out", async () => {
    const host = await serve(() => undefined);
    expect(await sendTo(host, { timeoutMs: 50 })).toEqual({ kind: "unanswered", cause: "time-out" });
  });

  it("on which the answer does not come to its end is given up after the time-out", async () => {
    const host = await serve((_request, response) => response.writeHead(200).write("{"));
    expect(await sendTo(host, { timeoutMs: 50 })).toEqual({ kind: "unanswered", cause: "time-out" });
  });

  it("to an address that can't be one leaves the request unanswered, and throws nothing", async () => {
    expect(await sendTo("http://heap.example.com:99999")).toMatchObject({ kind: "unanswered" });
  });

  it("that ends because the client is closed leaves the request unanswered", async () => {
    const host = await serve(() => client?.close());
    expect(await sendTo(host)).toMatchObject({ kind: "unanswered" });
  });
});

describe("an answer without an end", () => {
  it.each([
    [200, { kind: "accepted", status: 200 }],
    [400, { kind: "refused", status: 400, text: "x".repeat(300) }],
    [404, { kind: "unknown environment", status: 404, text: "x".repeat(300) }],
    [503, { kind: "failed", status: 503, text: "x".repeat(300) }],
  ])("means what its status %i means, and is read no further than that takes", async (status, answer) => {
    const endless = new EndlessAnswer();
    const connections = new Set<unknown>();
    const host = await serve((request, response) => {
      connections.add(request.socket);
      void buffer(request).then(() => endless.begin(response, status));
    });
    expect(await sendTo(host)).toEqual(answer);
    expect(await endless.tookAtMost(64 * 1024)).toBe(true);
    await client?.send({ environment: { id: "123", host }, kind: "user", body: BODY });
    expect(connections.size).toBe(2);
  });

  it("leaves a request open whose body was still going out", async () => {
    const endless = new EndlessAnswer();
    const host = await serve((_request, response) => endless.begin(response));
    const body = Buffer.alloc(32 * 1024 * 1024, BODY);
    expect(await sendTo(host, { body })).toEqual({ kind: "unanswered", cause: "long answer" });
  });
});

describe("the memory of a body", () => {
  /** What is done with it as soon as it is given back. */
  const overwrite = (body: Buffer) => () => void body.fill(0xff);

  it("is given back when Heap has it", async () => {
    const body = Buffer.from(BODY);
    const host = await serve((request, response) => void buffer(request).then(() => response.end()));
    await sendTo(host, { body, free: overwrite(body) });
    expect(body[0]).toBe(0xff);
  });

  it.each([400, 404, 429, 500, 504])("stays as it is at a %i: it is sent again, or split", async (status) => {
    const body = Buffer.from(BODY);
    const host = await serve((request, response) => {
      void buffer(request).then(() => response.writeHead(status).end());
    });
    await sendTo(host, { body, free: overwrite(body) });
    expect(body).toEqual(BODY);
  });

  it("stays as it is while it is still going out, though Heap has answered", async () => {
    // More than the system takes off our hands.
    const whole = Buffer.alloc(32 * 1024 * 1024, BODY);
    const body = Buffer.from(whole);
    let readOn: () => Promise<Buffer> = () => Promise.reject(new Error("nothing was asked"));
    const host = await serve((request, response) => {
      readOn = () => buffer(request);
      response.writeHead(200, { "content-length": 2 }).write("{}");
    });
    expect(await sendTo(host, { body, free: overwrite(body) })).toEqual({ kind: "accepted", status: 200 });
    expect((await readOn()).equals(whole)).toBe(true);
  });
});

it("does not follow a redirect: user data goes only where it was configured to go", async () => {
  const elsewhere = await startStandInHeap();
  const host = await serve((_request, response) => {
    response.writeHead(307, { location: `${elsewhere.url}/api/add_user_properties` }).end();
  });
  expect(await sendTo(host)).toMatchObject({ kind: "failed", status: 307 });
  expect(elsewhere.requests).toBe(0);
  await elsewhere.close();
});

describe("what is said of a connection that fails", () => {
  it("names no address when nobody is there", async () => {
    const gone = await startLoopbackServer(() => undefined);
    await gone.close();
    const { hostname, port } = new URL(gone.url);
    const answer = JSON.stringify(await sendTo(gone.url));
    expect(answer).not.toContain(hostname);
    expect(answer).not.toContain(port);
  });

  it.each([
    ["has a password", "http://someone:secret-word@127.0.0.1:4444"],
    ["is no URL", "http://secret-host:port"],
    ["has a port that nobody listens at", "http://127.0.0.1:1"],
  ])("names no address when the address %s", async (_how, host) => {
    expect(JSON.stringify(await sendTo(host))).not.toMatch(/secret|127\.0|someone|:1\b/);
  });
});
