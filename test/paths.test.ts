/** What is where: Looker's addresses, the pages beside them, and nothing else. */

import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { collectLog, type LogLine } from "./helpers/log-lines";
import { EXECUTE_PATH, FORM_PATH } from "./helpers/looker-post";
import { ADMIN } from "./helpers/page-visitor";
import { ReadMetrics } from "./helpers/read-metrics";
import { type RunningHub, startHub } from "./helpers/running-hub";

const PREFIX = "/looker/heap";

let hub: RunningHub;
let lines: readonly LogLine[];

beforeEach(async () => {
  const collected = collectLog();
  lines = collected.lines;
  hub = await startHub(
    { ADMIN_TOKENS: ADMIN, ACTION_HUB_BASE_URL: `https://hub.example.com${PREFIX}` },
    collected.log,
  );
});

afterEach(() => hub.close());

/** Without a token; below the base URL's path, and as a proxy asks that takes this path off. */
async function answers(method: string, path: string): Promise<{ status: number; allow: string | null }[]> {
  const replies = [path, PREFIX + path].map(async (each) => {
    const { status, headers } = await fetch(hub.url + each, { method, redirect: "manual" });
    return { status, allow: headers.get("allow") };
  });
  return Promise.all(replies);
}

function twice(status: number, allow: string | null = null) {
  return [
    { status, allow },
    { status, allow },
  ];
}

const tokensRefused = async () => (await ReadMetrics.of(hub)).value("refusals_total", { reason: "token" });

it("asks for a token where Looker posts, and counts and logs whoever has none", async () => {
  for (const path of ["/", "/actions/heap", FORM_PATH, EXECUTE_PATH]) {
    expect([path, await answers("POST", path)]).toEqual([path, twice(401)]);
  }
  expect(await tokensRefused()).toBe(8);
  expect(lines.map(({ level }) => level)).toEqual(Array(8).fill(40));
});

it("has nothing elsewhere, and neither asks for a token nor warns", async () => {
  const paths = ["/favicon.ico", "/robots.txt", "/actions", "/actions/other/execute", "/.env", "/%E0%A4%A"];
  const pages = ["/deliveries/a/b", "/deliveries/%E0%A4%A", "/deliveries/assets/none.css"];
  for (const path of [...paths, ...pages]) {
    for (const method of ["GET", "HEAD", "POST", "OPTIONS"]) {
      expect([method, path, await answers(method, path)]).toEqual([method, path, twice(404)]);
    }
  }
  expect(lines).toEqual([]);
  expect(await tokensRefused()).toBe(0);
});

const READ = ["/healthz", "/readyz", "/metrics", "/deliveries", "/deliveries/events", "/deliveries/some-id"];
const READ_TOO = [
  "/deliveries/some-id/events",
  "/deliveries/some-id/rejects.csv",
  "/deliveries/assets/style.css",
];
const BUTTONS = [
  "/deliveries/some-id/cancel",
  "/deliveries/some-id/send-again",
  "/deliveries/some-id/resume",
];

it.each([
  ...["/", "/actions/heap", FORM_PATH, EXECUTE_PATH, "/deliveries/sign-out", ...BUTTONS].map((path) => [
    path,
    "POST",
  ]),
  ...[...READ, ...READ_TOO].map((path) => [path, "GET, HEAD"]),
  ["/deliveries/sign-in", "GET, HEAD, POST"],
])("says at %s that it takes %s only, without a token or a warning", async (path = "", allowed = "") => {
  for (const method of ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]) {
    const expected = allowed.split(", ").includes(method) ? [] : twice(405, allowed);
    expect([method, (await answers(method, path)).filter(({ status }) => status === 405)]).toEqual([
      method,
      expected,
    ]);
  }
  expect(lines.filter(({ msg }) => !msg.includes("token is missing"))).toEqual([]);
});

it.each(READ)("answers HEAD at %s as GET, without the body", async (path) => {
  expect(await answers("HEAD", path)).toEqual(await answers("GET", path));
});

it("ends the answer to HEAD for what changes as it is watched: the connection goes on", async () => {
  const { port, host } = new URL(hub.url);
  const connection = connect(Number(port), "127.0.0.1");
  const authorization = `Authorization: Token token="${ADMIN}"`;
  connection.write(`HEAD /deliveries/events HTTP/1.1\r\nHost: ${host}\r\n${authorization}\r\n\r\n`);
  connection.write(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const answered = await text(connection);
  expect(answered.match(/^HTTP.*$/gm)).toEqual(["HTTP/1.1 200 OK", "HTTP/1.1 200 OK"]);
});

describe("every answer", () => {
  const ANSWERS: readonly [string, string, number][] = [
    ["GET", "/healthz", 200],
    ["GET", "/readyz", 200],
    ["GET", "/metrics", 200],
    ["GET", "/deliveries/sign-in", 200],
    ["GET", "/deliveries/assets/style.css", 200],
    ["GET", "/", 405],
    ["OPTIONS", EXECUTE_PATH, 405],
    ["POST", EXECUTE_PATH, 401],
    ["GET", "/nothing", 404],
    ["GET", `/${"a".repeat(8192)}`, 414],
  ];

  it.each(ANSWERS)("has helmet's headers, and is for no other site: %s %s", async (method, path, status) => {
    const headers = { origin: "https://other.example.com", "access-control-request-method": "POST" };
    const answer = await fetch(hub.url + path, { method, headers });
    expect(answer.status).toBe(status);
    const given = Object.fromEntries(answer.headers);
    expect(given).toMatchObject({
      "content-security-policy": expect.stringContaining("default-src 'none'"),
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": expect.any(String),
      "x-content-type-options": "nosniff",
      "x-frame-options": "SAMEORIGIN",
    });
    expect(Object.keys(given).filter((name) => /^access-control|^x-powered-by|^server$/.test(name))).toEqual(
      [],
    );
    if (!path.includes("/assets/")) expect(given["cache-control"]).toBe("no-store");
  });
});
