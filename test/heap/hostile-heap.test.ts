/** A Heap that means harm, or something on the way that does: whatever it answers costs little, and leads nowhere. */

import type { RequestListener, ServerResponse } from "node:http";
import { brotliCompressSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { type Answer, HeapClient } from "../../src/heap";
import { EndlessAnswer } from "../helpers/endless-answer";
import { type LoopbackServer, startLoopbackServer } from "../helpers/loopback-server";

const servers: LoopbackServer[] = [];
let client: HeapClient;

afterEach(async () => {
  client.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(handle: RequestListener): Promise<string> {
  const server = await startLoopbackServer(handle);
  servers.push(server);
  return server.url;
}

async function answerOf(handle: RequestListener, timeoutMs = 20_000): Promise<Answer> {
  const host = await serve(handle);
  client = new HeapClient({ timeoutMs, now: () => Date.UTC(2026, 0, 1) });
  return client.send({ environment: { id: "123", host }, kind: "user", body: Buffer.from("{}") });
}

it.each([200, 400, 500])("an endless answer of %i is not read on, and takes no memory", async (status) => {
  const endless = new EndlessAnswer();
  const before = process.memoryUsage();
  const answer = await answerOf((_request, response) => endless.begin(response, status));
  const { heapUsed, external } = process.memoryUsage();
  expect(answer.kind).toBe({ 200: "accepted", 400: "refused", 500: "failed" }[status]);
  expect(await endless.tookAtMost(64 * 1024)).toBe(true);
  expect(heapUsed + external - before.heapUsed - before.external).toBeLessThan(10_000_000);
});

it("an answer by the drop is ended with the time that an answer may take", async () => {
  const answer = await answerOf((_request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write("x"), 5);
    response.once("close", () => clearInterval(timer));
  }, 100);
  expect(answer).toEqual({ kind: "unanswered", cause: "time-out" });
});

it.each([301, 302, 303, 307, 308])("a redirect with %i is not followed", async (status) => {
  let asked = 0;
  const elsewhere = await serve((_request, response) => {
    asked++;
    response.end("{}");
  });
  const answer = await answerOf((_request, response) => {
    response.writeHead(status, { location: `${elsewhere}/stolen` }).end();
  });
  expect([answer.kind, asked]).toEqual(["failed", 0]);
});

it.each([
  ["gzip", gzipSync],
  ["br", brotliCompressSync],
] as const)("what is compressed though nobody asked for it stays so: %s", async (encoding, compress) => {
  const bomb = compress(Buffer.alloc(50_000_000));
  const answer = await answerOf((request, response) => {
    expect(request.headers["accept-encoding"]).toBeUndefined();
    response.writeHead(400, { "content-encoding": encoding }).end(bomb);
  });
  expect(answer).toMatchObject({ kind: "refused", status: 400 });
  expect("text" in answer && answer.text.length).toBeLessThanOrEqual(300);
});

it("headers without an end are not read on", async () => {
  const answer = await answerOf((request) => {
    const line = `X-More: ${"x".repeat(8000)}\r\n`;
    request.socket.write("HTTP/1.1 200 OK\r\n");
    const writeOn = () => request.socket.write(line, (error) => error ?? writeOn());
    writeOn();
  });
  expect(answer).toMatchObject({ kind: "unanswered", cause: "HPE_HEADER_OVERFLOW" });
});

it("what it says is cut, and moves no cursor", async () => {
  const answer = await answerOf((_request, response) => {
    response.writeHead(400).end(`\u001b[2J\u0000\r\nado@example.com ${"x".repeat(1000)}`);
  });
  expect("text" in answer && answer.text).toMatch(/^\[2J ado@example\.com x{200,280}$/);
});

describe("a wait that it asks for", () => {
  const waits = async (value: string): Promise<number | undefined> => {
    const answer = await answerOf((_request, response: ServerResponse) => {
      response.writeHead(429, { "retry-after": value }).end();
    });
    if (answer.kind !== "too many") throw new Error(`it was ${answer.kind}`);
    return answer.retryAfterMs;
  };

  it.each([
    ["5", 5000],
    ["3600", 3_600_000],
    ["3601", 3_600_000],
    ["1e9", undefined],
    ["9".repeat(400), 3_600_000],
    ["Fri, 31 Dec 9999 23:59:59 GMT", 3_600_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", undefined],
    ["0", undefined],
    ["-5", undefined],
    ["NaN", undefined],
    ["Infinity", undefined],
    ["soon", undefined],
  ])("of %s", async (value, milliseconds) => {
    expect(await waits(value)).toBe(milliseconds);
  });

  it("is an hour at the most, whatever it says", async () => {
    const values = fc.oneof(fc.string({ maxLength: 30 }), fc.integer().map(String), fc.date().map(String));
    await fc.assert(
      fc.asyncProperty(values, async (text) => {
        const wait = await waits(text.replace(/[^\x20-\x7e]/g, ""));
        client.close();
        await servers.pop()?.close();
        expect(wait === undefined || (wait > 0 && wait <= 3_600_000)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
