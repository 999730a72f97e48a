/** What Heap's answers mean. How a connection can go wrong is in client-connection.test.ts. */

import nock from "nock";
import { type Answer, HeapClient, type HeapRequest } from "../../src/heap";

const HOST = "https://heapanalytics.com";
const NOW = Date.UTC(2025, 0, 1, 12, 0, 0);
const HOUR_MS = 3_600_000;

const REQUEST: HeapRequest = {
  environment: { id: "123", host: HOST },
  kind: "user",
  body: Buffer.from('{"app_id":"123","users":[{"identity":"a@x","properties":{"Plan":"Team"}}]}'),
};

let client: HeapClient;

beforeEach(() => {
  client = new HeapClient({ timeoutMs: 5_000, now: () => NOW });
});

afterEach(() => {
  nock.cleanAll();
  client.close();
});

// Gives Node's http back to the test files that follow.
afterAll(() => nock.restore());

interface Reply {
  status: number;
  text?: string;
  headers?: Record<string, string>;
}

function answerTo({ status, text, headers = {} }: Reply): Promise<Answer> {
  nock(HOST).post("/api/add_user_properties").reply(status, text, headers);
  return client.send(REQUEST);
}

describe("an answer", () => {
  it.each([200, 201, 202, 204, 206])("of %i means that Heap has it", async (status) => {
    expect(await answerTo({ status })).toEqual({ kind: "accepted", status });
  });

  it.each([400, 402, 405, 409, 410, 411, 413, 415, 418, 422, 431, 451])(
    "of %i means that some record is refused",
    async (status) => {
      expect(await answerTo({ status, text: "no" })).toEqual({ kind: "refused", status, text: "no" });
    },
  );

  it.each([401, 403, 404])("of %i means that the environment is unknown", async (status) => {
    const answer = await answerTo({ status, text: "no" });
    expect(answer).toEqual({ kind: "unknown environment", status, text: "no" });
  });

  it.each([500, 501, 503, 505, 507, 520, 599])("of %i means that Heap failed", async (status) => {
    expect(await answerTo({ status, text: "oops" })).toEqual({ kind: "failed", status, text: "oops" });
  });

  it.each([300, 301, 302, 303, 304, 307, 308])(
    "of %i is no record's fault, so that none is given up for it",
    async (status) => {
      expect(await answerTo({ status })).toMatchObject({ kind: "failed", status });
    },
  );

  it.each([408, 502, 504])("of %i is only a gateway's: Heap may yet apply the request", async (status) => {
    const answer = await answerTo({ status, text: "upstream 10.0.0.7 timed out" });
    expect(answer).toEqual({ kind: "unanswered", cause: `HTTP ${status}`, status });
  });

  it("of 429 means that nobody may send for a while", async () => {
    expect(await answerTo({ status: 429 })).toEqual({
      kind: "too many",
      status: 429,
      retryAfterMs: undefined,
    });
  });

  it("keeps the beginning of what Heap said, without the white space around it", async () => {
    const answer = await answerTo({ status: 400, text: `\n  ${"x".repeat(1000)}` });
    expect(answer).toEqual({ kind: "refused", status: 400, text: "x".repeat(297) });
  });
});

describe("Retry-After", () => {
  function waitFor(retryAfter: string, status = 429): Promise<Answer> {
    return answerTo({ status, headers: { "retry-after": retryAfter } });
  }

  it.each([
    ["1", 1_000],
    ["120", 120_000],
    ["1.5", 1_500],
    ["3600", HOUR_MS],
  ])("of %s seconds is kept to", async (value, retryAfterMs) => {
    expect(await waitFor(value)).toMatchObject({ retryAfterMs });
  });

  it.each([
    ["Wed, 01 Jan 2025 12:00:30 GMT", 30_000],
    ["Wednesday, 01-Jan-25 12:01:00 GMT", 60_000],
  ])("that is the date %s is counted from now", async (value, retryAfterMs) => {
    expect(await waitFor(value)).toMatchObject({ retryAfterMs });
  });

  it.each(["3601", "999999999999", "9".repeat(400), "Fri, 01 Jan 2125 12:00:00 GMT"])(
    "of %s is cut to an hour",
    async (value) => {
      expect(await waitFor(value)).toMatchObject({ retryAfterMs: HOUR_MS });
    },
  );

  it.each(["0", "-5", "Wed, 01 Jan 2025 11:59:59 GMT", "Wed, 01 Jan 2025 12:00:00 GMT"])(
    "of %s is no wait, so that we back off by ourselves",
    async (value) => {
      expect(await waitFor(value)).toMatchObject({ retryAfterMs: undefined });
    },
  );

  it.each(["soon", "soon 5", "tomorrow 3000", "1e3", "0x10", "12abc", "Infinity", "NaN", ",", "soon GMT"])(
    "that is nonsense (%s) is passed over",
    async (value) => {
      expect(await waitFor(value)).toMatchObject({ retryAfterMs: undefined });
    },
  );
});
