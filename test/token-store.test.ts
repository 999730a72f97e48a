/** Tokens that were made: only their hashes are kept, and a hub that runs knows which there are. */

import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SetupError } from "../src/errors";
import { findKnown } from "../src/token-check";
import {
  fingerprintOf,
  hashOf,
  makeToken,
  readKeptTokens,
  revokeToken,
  TokenStore,
} from "../src/token-store";
import { hubTokens } from "../src/tokens";
import { HandDrivenClock } from "./helpers/hand-driven-clock";
import { tempFolders } from "./helpers/temp-folders";

const NOW = Date.UTC(2026, 0, 1);

const newFolder = tempFolders();
let folder: string;
let file: string;

beforeEach(() => {
  folder = newFolder();
  file = path.join(folder, "tokens.json");
});

it("keeps of a token what it can be known by, and nothing that it can be made of", () => {
  const token = makeToken(folder, NOW);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(readFileSync(file, "utf8")).not.toContain(token);
  expect(readKeptTokens(folder)).toEqual([{ hash: hashOf(token), made: NOW }]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it("tells a hub that runs which there are, each with the environments that it opens", () => {
  const clock = new HandDrivenClock();
  const store = new TokenStore(folder, clock.monotonic);
  expect(store.read()).toEqual([]);
  const first = makeToken(folder, NOW);
  const second = makeToken(folder, NOW, ["123", "456"]);
  clock.advance(1000);
  expect(findKnown(first, store.read())?.environments).toBeUndefined();
  expect(findKnown(second, store.read())?.environments).toEqual(["123", "456"]);

  expect(revokeToken(folder, fingerprintOf(hashOf(first)))).toBe(1);
  clock.advance(1000);
  expect(findKnown(first, store.read())).toBeUndefined();
  expect(findKnown(second, store.read())).toBeDefined();
});

it("revokes none that there is not", () => {
  makeToken(folder, NOW);
  expect(revokeToken(folder, "00000000")).toBe(0);
  expect(readKeptTokens(folder)).toHaveLength(1);
});

it("goes on with those it knew when the file is broken meanwhile, and says so to whoever makes one", () => {
  const clock = new HandDrivenClock();
  const store = new TokenStore(folder, clock.monotonic);
  const token = makeToken(folder, NOW);
  expect(findKnown(token, store.read())).toBeDefined();
  for (const broken of ["{", "{}", '[{"hash":"x","made":1}]', '[{"hash":1}]']) {
    writeFileSync(file, broken);
    clock.advance(1000);
    expect(findKnown(token, store.read())).toBeDefined();
    expect(() => makeToken(folder, NOW)).toThrow(SetupError);
  }
});

it("stands for the generated one, when that is gone", () => {
  const { generated } = hubTokens([], folder);
  makeToken(folder, NOW);
  expect(hubTokens([], folder).tokens).toEqual([generated]);
  const other = newFolder();
  makeToken(other, NOW);
  expect(hubTokens([], other)).toEqual({ tokens: [] });
});
