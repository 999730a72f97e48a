/** Who is let in. */

import express from "express";
import { requireToken } from "../../src/looker/auth";
import { listen, type RunningServer } from "../../src/server";
import { knownToken } from "../../src/token-check";
import { WrongTokens } from "../../src/wrong-tokens";
import { post } from "../helpers/post";

const TOKENS = ["first-token", "second token, with a comma"];
const STRONG = "a-token-that-nobody-guesses";

let server: RunningServer;

/** @param most wrong ones from an address */
function opens(
  tokens: readonly string[],
  most = 1000,
  onRefused: (isHeldUp: boolean) => void = () => undefined,
) {
  const known = tokens.map((token) => knownToken(token));
  const wrongTokens = new WrongTokens(() => 0, most);
  return requireToken({ tokens: () => known, wrongTokens, onRefused });
}

beforeAll(async () => {
  const app = express().use(opens(TOKENS), (_request, response) => response.json({ in: true }));
  server = await listen(app, 0, "127.0.0.1");
});

afterAll(async () => server.close());

async function statusFor(authorization?: string): Promise<number> {
  return (await post(server.url, null, authorization === undefined ? {} : { authorization })).status;
}

it.each(TOKENS)("lets in who knows the token %s", async (token) => {
  expect(await statusFor(`Token token="${token}"`)).toBe(200);
});

it.each([`token token="first-token"`, `TOKEN token="first-token"`, `Token  TOKEN="first-token"  `])(
  "takes the scheme in any casing and spacing: %s",
  async (authorization) => {
    expect(await statusFor(authorization)).toBe(200);
  },
);

it.each([
  ["no header", undefined],
  ["an empty header", ""],
  ["another scheme", 'Bearer token="first-token"'],
  ["another scheme that ends alike", 'XToken token="first-token"'],
  ["the token alone", "first-token"],
  ["no scheme", 'token="first-token"'],
  ["no quotes", "Token token=first-token"],
  ["an empty token", 'Token token=""'],
  ["a wrong token", 'Token token="third-token"'],
  ["a token in another casing", 'Token token="First-Token"'],
  ["a token that is shorter by one", 'Token token="first-toke"'],
  ["a token that is longer by one", 'Token token="first-token2"'],
  ["a token with a space before it", 'Token token=" first-token"'],
  ["two tokens, one of them right", 'Token token="first-token", token="third-token"'],
  ["both tokens at once", 'Token token="first-token,second token, with a comma"'],
  ["something after the token", 'Token token="first-token" nonce="1"'],
  ["a token that is not ASCII", 'Token token="först-token"'],
])("refuses %s", async (_what, authorization) => {
  expect(await statusFor(authorization)).toBe(401);
});

it("says in JSON what to do, and not what was given", async () => {
  const reply = await post(server.url, null, { authorization: 'Token token="something-else"' });
  expect(reply.headers.get("content-type")).toMatch(/^application\/json/);
  const message =
    "The token is missing or wrong. In Looker, enter the action hub's token under Admin › Actions.";
  expect(JSON.parse(reply.text)).toEqual({
    error: message,
    looker: { success: false, message, refresh_query: false },
  });
});

it("lets nobody in when there is no token", async () => {
  const closed = await listen(express().use(opens([])), 0, "127.0.0.1");
  for (const authorization of ['Token token=""', 'Token token="undefined"']) {
    expect((await post(closed.url, null, { authorization })).status).toBe(401);
  }
  await closed.close();
});

describe("whoever guesses", () => {
  let guessed: RunningServer;
  let refused: boolean[];

  beforeEach(async () => {
    refused = [];
    const auth = opens([...TOKENS, STRONG], 3, (isHeldUp) => refused.push(isHeldUp));
    guessed = await listen(
      express()
        .set("trust proxy", true)
        .use(auth, (_request, response) => response.json({})),
      0,
      "127.0.0.1",
    );
  });

  afterEach(() => guessed.close());

  async function statusOf(token: string, address = "192.0.2.1"): Promise<number> {
    const headers = { authorization: `Token token="${token}"`, "x-forwarded-for": address };
    const { status, headers: given } = await post(guessed.url, null, headers);
    expect(given.get("retry-after")).toBe(status === 429 ? "900" : null);
    return status;
  }

  it("is held up after so many, and learns nothing from a right one either", async () => {
    const wrong = [await statusOf("1"), await statusOf("2"), await statusOf("3"), await statusOf("4")];
    expect(wrong).toEqual([401, 401, 401, 429]);
    expect(await statusOf("first-token")).toBe(429);
    expect(refused).toEqual([false, false, false, true, true]);
  });

  it("holds up nobody at another address", async () => {
    for (const guess of ["1", "2", "3", "4"]) await statusOf(guess);
    expect(await statusOf("first-token", "192.0.2.2")).toBe(200);
  });

  it("does not keep out who came right from there before, nor who has a token that nobody guesses", async () => {
    expect(await statusOf("first-token")).toBe(200);
    for (const guess of ["1", "2", "3", "4"]) await statusOf(guess);
    expect(await statusOf("first-token")).toBe(200);
    expect(await statusOf(STRONG)).toBe(200);
  });

  it("is not who shows no token at all", async () => {
    for (let time = 0; time < 5; time++) expect((await post(guessed.url)).status).toBe(401);
    expect(await statusOf("1")).toBe(401);
  });
});
