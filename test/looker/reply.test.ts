/** Looker always gets an answer: kept alive while the work runs, and valid JSON at its end whatever happened. */

import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import express from "express";
import { type ExecuteReply, replyWhenDone } from "../../src/looker/reply";
import { listen, type RunningServer } from "../../src/server";
import { HandDrivenClock } from "../helpers/hand-driven-clock";
import { type PostReply, post } from "../helpers/post";

const DONE: ExecuteReply = { success: true, message: "Sent 3 users." };
const FAILED: ExecuteReply = { success: false, message: "It failed." };

let clock: HandDrivenClock;
let server: RunningServer | undefined;

beforeEach(() => {
  clock = new HandDrivenClock();
});

afterEach(async () => server?.close());

/** The reply under way: its connection is gone; it has come to its end. */
let dropped: Promise<unknown>;
let ended: Promise<void>;

/** @returns where a reply waits for this work */
async function serve(work: () => Promise<ExecuteReply>): Promise<string> {
  const app = express().use((_request, response) => {
    dropped = once(response, "close");
    ended = replyWhenDone(response, clock, work, () => FAILED);
    return ended;
  });
  server = await listen(app, 0, "127.0.0.1");
  return server.url;
}

async function replyTo(work: () => Promise<ExecuteReply>): Promise<PostReply> {
  return post(await serve(work));
}

/** Work that is done when it is told to be. */
class Work {
  finish: (reply: ExecuteReply) => void = () => undefined;
  fail: (error: Error) => void = () => undefined;
  private readonly result = new Promise<ExecuteReply>((resolve, reject) => {
    this.finish = resolve;
    this.fail = reject;
  });
  private begin: () => void = () => undefined;
  readonly begun = new Promise<void>((resolve) => {
    this.begin = resolve;
  });

  readonly run = (): Promise<ExecuteReply> => {
    this.begin();
    return this.result;
  };
}

describe("a reply", () => {
  it("says what came of the work, all of it under looker", async () => {
    const { status, headers, text } = await replyTo(async () => DONE);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(JSON.parse(text)).toEqual({
      looker: { success: true, message: "Sent 3 users.", refresh_query: false },
    });
  });

  it("names the form fields that are wrong, with status 200", async () => {
    const validationErrors = { env_id: "Enter the ID." };
    const { status, text } = await replyTo(async () => ({ ...FAILED, validationErrors }));
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      looker: {
        success: false,
        message: "It failed.",
        refresh_query: false,
        validation_errors: validationErrors,
      },
    });
  });

  it("holds texts of every kind", async () => {
    const message = 'Zoë "💥" \u2028 \\ </script> \u0000';
    const { text } = await replyTo(async () => ({ ...DONE, message }));
    expect(JSON.parse(text)).toMatchObject({ looker: { message } });
  });

  it("comes also when the work fails", async () => {
    const { status, text } = await replyTo(() => Promise.reject(new Error("oops")));
    expect([status, JSON.parse(text)]).toMatchObject([
      200,
      { looker: { success: false, message: "It failed." } },
    ]);
  });

  it("comes also when the work throws before it has begun", async () => {
    const { status, text } = await replyTo(() => {
      throw new Error("oops");
    });
    expect([status, JSON.parse(text)]).toMatchObject([
      200,
      { looker: { success: false, message: "It failed." } },
    ]);
  });

  it("stops the clock, whether the work succeeds or fails", async () => {
    await replyTo(async () => DONE);
    await server?.close();
    await replyTo(() => Promise.reject(new Error("oops")));
    expect(clock.waiting).toBe(0);
  });
});

describe("while the work runs", () => {
  async function open(work: Work): Promise<IncomingMessage> {
    const post = request(await serve(work.run), { method: "POST", agent: false });
    post.end();
    const response = once(post, "response");
    await work.begun;
    clock.advance(15_000);
    const [incoming] = await response;
    return incoming;
  }

  it("a newline goes out every fifteen seconds, the head with the first", async () => {
    const work = new Work();
    const response = await open(work);
    expect([response.statusCode, response.headers["content-type"]]).toEqual([
      200,
      "application/json; charset=utf-8",
    ]);
    clock.advance(14_999);
    clock.advance(1);
    clock.advance(150_000);
    work.finish(DONE);
    const body = await text(response);
    expect(body).toMatch(/^\n{12}\{/);
    expect(JSON.parse(body)).toEqual({
      looker: { success: true, message: "Sent 3 users.", refresh_query: false },
    });
  });

  it("nothing goes out before fifteen seconds", async () => {
    const work = new Work();
    const reply = post(await serve(work.run));
    await work.begun;
    clock.advance(14_999);
    work.finish(DONE);
    expect((await reply).text).toMatch(/^\{/);
  });

  it("a failure after the head went out still ends in valid JSON", async () => {
    const work = new Work();
    const response = await open(work);
    work.fail(new Error("oops"));
    expect(JSON.parse(await text(response))).toMatchObject({
      looker: { success: false, message: "It failed." },
    });
  });

  it("a connection that Looker drops stops nothing", async () => {
    const work = new Work();
    const response = await open(work);
    response.destroy();
    await dropped;
    clock.advance(60_000);
    work.finish(DONE);
    await ended;
    expect(clock.waiting).toBe(0);
  });
});
