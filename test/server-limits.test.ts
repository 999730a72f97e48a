/** What is too slow, too large or no request at all costs the server little: it is ended, and answered where that can be. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { EXECUTE_PATH, lookerPost } from "./helpers/looker-post";
import { ReadMetrics } from "./helpers/read-metrics";
import { type RunningHub, startHub, TOKEN } from "./helpers/running-hub";

const AUTHORIZATION = `Authorization: Token token="${TOKEN}"`;
const QUICK = {
  REQUEST_HEADER_TIMEOUT_SECONDS: "0.2",
  REQUEST_BODY_TIMEOUT_SECONDS: "0.1",
  REQUEST_WAIT_SECONDS: "0.1",
  CONNECTION_IDLE_SECONDS: "0.2",
};

let hub: RunningHub;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await hub.close();
});

function send(bytes: string): Socket {
  const socket = connect(Number(new URL(hub.url).port), "127.0.0.1");
  sockets.push(socket);
  socket.on("error", () => undefined);
  socket.write(bytes);
  return socket;
}

/** The status, and what the body says, of whatever is sent before the connection ends. */
async function answerTo(bytes: string): Promise<{ status: number; error: string }> {
  const answer = await text(send(bytes));
  const [, status] = /^HTTP\/1\.1 (\d+) /.exec(answer) ?? [];
  const [, body = "{}"] = answer.split("\r\n\r\n", 2);
  expect(answer.slice(0, answer.indexOf("\r\n\r\n"))).toMatch(/content-type: application\/json/i);
  const said: { error: string; looker: { success: boolean } } = JSON.parse(body);
  expect(said.looker.success).toBe(false);
  return { status: Number(status), error: said.error };
}

const ended = async (reason: string) =>
  (await ReadMetrics.of(hub)).value("connections_ended_total", { reason });

describe("what is slow", () => {
  beforeEach(async () => {
    hub = await startHub(QUICK);
  });

  it("is ended in the middle of its headers, with 408", async () => {
    const answer = await answerTo("POST / HTTP/1.1\r\nHost: hub\r\nX-Half: ");
    expect(answer).toEqual({ status: 408, error: "The request did not come in time." });
    expect(await ended("slow")).toBe(1);
  });

  it("is ended before its first byte", async () => {
    const socket = send("");
    socket.resume();
    await once(socket, "close");
  });

  it.each([
    [EXECUTE_PATH, AUTHORIZATION],
    ["/deliveries/sign-in", "Content-Type: application/x-www-form-urlencoded"],
  ])("is ended in the middle of its body, with 408: %s", async (path, header) => {
    const head = `POST ${path} HTTP/1.1\r\nHost: hub\r\n${header}\r\nContent-Length: 1000\r\n\r\n`;
    const answer = await answerTo(`${head}{`);
    expect(answer).toEqual({ status: 408, error: "The body of the request did not come in time." });
    expect(await ended("slow")).toBe(1);
  });

  it("is answered when its body is there, and then kept for as long as a connection may be idle", async () => {
    const socket = send(`POST / HTTP/1.1\r\nHost: hub\r\n${AUTHORIZATION}\r\nContent-Length: 2\r\n\r\n{}`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ended("slow")).toBe(0);
  });
});

describe("what is too large", () => {
  beforeEach(async () => {
    hub = await startHub({ REQUEST_URL_MAX_LENGTH: "2000", REQUEST_HEADER_MAX_BYTES: "8000" });
  });

  it.each([2001, 9000])("is an address of %i characters: 414", async (length) => {
    const answer = await answerTo(
      `GET /${"a".repeat(length - 1)} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n`,
    );
    const error = "The address of the request is longer than 2000 characters.";
    expect(answer).toEqual({ status: 414, error });
    expect(await ended("url_size")).toBe(1);
  });

  it("are headers: 431", async () => {
    const answer = await answerTo(
      `GET /healthz HTTP/1.1\r\nHost: hub\r\nX-Long: ${"a".repeat(9000)}\r\n\r\n`,
    );
    expect(answer).toEqual({ status: 431, error: "The headers of the request are larger than 8000 bytes." });
    expect(await ended("header_size")).toBe(1);
  });
});

it("what is no request is 400", async () => {
  hub = await startHub();
  expect(await answerTo("\x16\x03\x01\x02 hello\r\n\r\n")).toMatchObject({ status: 400 });
  expect(await ended("malformed")).toBe(1);
});

it("more connections than may be are not taken", async () => {
  hub = await startHub({ CONNECTIONS_MAX: "2" });
  const [first, second] = [send("GET"), send("GET")];
  await Promise.all([once(first, "connect"), once(second, "connect")]);
  const third = send("GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n");
  let answered = false;
  third.on("data", () => {
    answered = true;
  });
  await new Promise((resolve) => third.once("close", resolve));
  expect(answered).toBe(false);
  first.destroy();
  second.destroy();
  await Promise.all([once(first, "close"), once(second, "close")]);
});

describe("the memory of all requests", () => {
  const VARIABLES = {
    REQUEST_MEMORY_BYTES: "2000000",
    REQUEST_WAIT_SECONDS: "0.1",
    REQUEST_BODY_TIMEOUT_SECONDS: "30",
  };
  const head = (bytes: number, authorization = AUTHORIZATION) =>
    `POST ${EXECUTE_PATH} HTTP/1.1\r\nHost: hub\r\n${authorization}\r\nContent-Length: ${bytes}\r\n\r\n`;

  const taken = async () => (await ReadMetrics.of(hub)).value("request_memory_bytes");

  /** Reserved, though nothing has come of it yet. */
  async function holdMemory(bytes: number): Promise<Socket> {
    const socket = send(head(bytes));
    while ((await taken()) !== bytes);
    return socket;
  }

  beforeEach(async () => {
    hub = await startHub(VARIABLES);
  });

  it("is not taken by whoever has no token, however much they announce", async () => {
    const socket = send(head(1_700_000, 'Authorization: Token token="wrong"'));
    const [answer] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1\.1 401 /);
    expect(await taken()).toBe(0);
  });

  it("used up is 503 with Retry-After for large ones, while small ones are answered", async () => {
    const holding = await holdMemory(1_700_000);
    const large = await lookerPost(hub, EXECUTE_PATH, "x".repeat(400_000));
    expect([large.status, large.headers.get("retry-after")]).toEqual([503, "30"]);
    expect(large.text).toContain("as many results in its memory as it may");
    expect((await lookerPost(hub, "/", "{}")).status).toBe(200);
    expect((await ReadMetrics.of(hub)).value("refusals_total", { reason: "busy" })).toBe(1);

    holding.destroy();
    while ((await taken()) !== 0);
    expect((await lookerPost(hub, EXECUTE_PATH, "x".repeat(400_000))).status).toBe(400);
  });

  it("is given back by each request that is answered", async () => {
    for (const body of ["{}", "x", `{"attachment":{"data":"${"x".repeat(300_000)}"}}`]) {
      await lookerPost(hub, EXECUTE_PATH, body);
    }
    while ((await taken()) !== 0);
  });

  it("has no room for one that is larger than all of it: 413", async () => {
    const reply = await lookerPost(hub, EXECUTE_PATH, "x".repeat(1_800_000));
    expect([reply.status, reply.text]).toEqual([413, expect.stringContaining("larger than 1 MB")]);
  });

  it.each([
    [411, 1_100_000],
    [400, 1_000_000],
  ])("a request that does not say its length: %i for %i bytes", async (status, bytes) => {
    const chunk = "x".repeat(bytes);
    const chunked = head(0).replace("Content-Length: 0", "Transfer-Encoding: chunked\r\nConnection: close");
    expect(await answerTo(`${chunked}${bytes.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`)).toMatchObject({
      status,
    });
  });

  it.each(["application/xml", "multipart/form-data; boundary=x", "text/html", "image/png"])(
    "a request that says it is no JSON is 415: %s",
    async (type) => {
      const reply = await lookerPost(hub, EXECUTE_PATH, "{}", { "content-type": type });
      expect([reply.status, reply.headers.get("accept")]).toEqual([415, "application/json"]);
    },
  );

  it.each(["application/json; charset=utf-8", "application/vnd.looker+json", "text/json", "text/plain"])(
    "a request that says %s may be JSON",
    async (type) => {
      expect((await lookerPost(hub, "/", "{}", { "content-type": type })).status).toBe(200);
    },
  );
});
