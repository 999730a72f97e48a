/**
 * Tokens that the command `token` makes: kept as hashes in the data folder, beside those of the settings. A running hub
 * takes up what changes, so that none of it needs a restart.
 */

import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { errorCode } from "./error-code";
import { SetupError } from "./errors";
import type { KnownToken } from "./token-check";

const FILE = "tokens.json";

/** A changed file is noticed within so long, in milliseconds. */
const LOOK_EVERY_MS = 1000;

export interface KeptToken {
  /** SHA-256 of the token, in hex. */
  hash: string;
  /** Milliseconds since 1970. */
  made: number;
  environments?: readonly string[];
}

/** By what people tell tokens apart: the beginning of its hash, from which nothing of the token can be learned. */
export function fingerprintOf(hash: string): string {
  return hash.slice(0, 8);
}

export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** @throws SetupError when they can't be read */
export function readKeptTokens(dataDir: string): KeptToken[] {
  const file = path.join(dataDir, FILE);
  let tokens: unknown;
  try {
    tokens = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new SetupError(`${file} holds tokens and can't be read (${code}).`);
  }
  if (!Array.isArray(tokens) || !tokens.every(isKept)) {
    throw new SetupError(`${file} is to hold a list of tokens, and does not. Delete it, and make them anew.`);
  }
  return tokens;
}

/** @returns the token, which is not kept: to be shown this once. @throws SetupError when it can't be stored */
export function makeToken(dataDir: string, now: number, environments?: readonly string[]): string {
  const token = randomBytes(32).toString("base64url");
  const kept: KeptToken = { hash: hashOf(token), made: now, ...(environments && { environments }) };
  write(dataDir, [...readKeptTokens(dataDir), kept]);
  return token;
}

/** @returns how many there were with this fingerprint. @throws SetupError when that can't be stored */
export function revokeToken(dataDir: string, fingerprint: string): number {
  const all = readKeptTokens(dataDir);
  const left = all.filter(({ hash }) => fingerprintOf(hash) !== fingerprint);
  if (left.length < all.length) write(dataDir, left);
  return all.length - left.length;
}

/** The kept tokens as they are now. What can't be read leaves those that were read before. */
export class TokenStore {
  private tokens: readonly KnownToken[] = [];
  private lookedAt = Number.NEGATIVE_INFINITY;
  private version = "";

  /** @param now milliseconds, by the monotonic clock */
  constructor(
    private readonly dataDir: string,
    private readonly now: () => number,
  ) {}

  read(): readonly KnownToken[] {
    if (this.now() - this.lookedAt < LOOK_EVERY_MS) return this.tokens;
    this.lookedAt = this.now();
    const version = versionOf(path.join(this.dataDir, FILE));
    if (version === this.version) return this.tokens;
    try {
      this.tokens = readKeptTokens(this.dataDir).map(({ hash, environments }) => ({
        hash: Buffer.from(hash, "hex"),
        isStrong: true,
        ...(environments && { environments }),
      }));
      this.version = version;
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
    }
    return this.tokens;
  }
}

function versionOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.mtimeMs} ${found.size}` : "none";
}

function write(dataDir: string, tokens: readonly KeptToken[]): void {
  const file = path.join(dataDir, FILE);
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    // Whole or not at all, also on a disk that is full.
    writeFileSync(`${file}.new`, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new SetupError(`The data folder ${dataDir} can't be written (${errorCode(error)}).`);
  }
}

function isKept(value: unknown): value is KeptToken {
  if (typeof value !== "object" || value === null || !("hash" in value) || !("made" in value)) return false;
  const { hash, made } = value;
  const environments = "environments" in value ? value.environments : [];
  const isBound = Array.isArray(environments) && environments.every((id) => typeof id === "string");
  return typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash) && typeof made === "number" && isBound;
}
