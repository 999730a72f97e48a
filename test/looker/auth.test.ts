/** Who is let in. */

import express from "express";
import { requireToken } from "../../src/looker/auth";
import { listen, type RunningServer } from "../../src/server";
import { post } from "../helpers/post";

const TOKENS = ["first-token", "second token, with a comma"];

let server: RunningServer;

beforeAll(async () => {
  const app = express().use(requireToken(TOKENS), (_request, response) => response.json({ in: true }));
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
  const closed = await listen(express().use(requireToken([])), 0, "127.0.0.1");
  for (const authorization of ['Token token=""', 'Token token="undefined"']) {
    expect((await post(closed.url, null, { authorization })).status).toBe(401);
  }
  await closed.close();
});
