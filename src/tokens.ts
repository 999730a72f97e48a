/**
 * The tokens: those of the settings, or one of a kind that is generated once and kept in the data folder; where hubs share a
 * database, there.
 */

import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "./config";
import { errorCode } from "./error-code";
import { SetupError } from "./errors";
import { keptToken, presentToken } from "./outbox";
import { readKeptTokens } from "./token-store";

/** Of the settings. */
type Settings = Pick<Config, "hubTokens" | "adminTokens" | "dataDir" | "databaseUrl">;

const HUB_TOKEN_FILE = "action-hub-token";
const ADMIN_TOKEN_FILE = "admin-token";

export interface Tokens {
  tokens: readonly string[];
  /** Set when the token has just been generated: it is to be shown this once. */
  generated?: string;
}

/**
 * What Looker shows, and what whoever runs the hub shows: never one of the hub's own.
 * @throws SetupError when a token can't be read, or kept, or is the same
 */
export async function tokensOf(settings: Settings): Promise<{ forLooker: Tokens; forAdmins: Tokens }> {
  const { dataDir, databaseUrl } = settings;
  const forLooker =
    databaseUrl === undefined
      ? hubTokens(settings.hubTokens, dataDir)
      : await sharedTokens(settings.hubTokens, databaseUrl, HUB_TOKEN_FILE);
  const forAdmins =
    databaseUrl === undefined
      ? adminTokens(settings.adminTokens, dataDir)
      : await sharedTokens(settings.adminTokens, databaseUrl, ADMIN_TOKEN_FILE);
  refuseShared(forLooker.tokens, forAdmins.tokens);
  return { forLooker, forAdmins };
}

async function sharedTokens(configured: readonly string[], url: string, name: string): Promise<Tokens> {
  if (configured.length > 0) return { tokens: configured };
  const { token, isNew } = await keptToken(url, name, newToken);
  return { tokens: [token], ...(isNew && { generated: token }) };
}

/**
 * What Looker shows.
 * @throws SetupError when the token can't be read from the data folder, or not written there
 */
export function hubTokens(configured: readonly string[], dataDir: string): Tokens {
  // Whoever has made some needs none, and may have revoked this one.
  const isMade =
    readKeptTokens(dataDir).length > 0 && readKept(path.join(dataDir, HUB_TOKEN_FILE)) === undefined;
  if (configured.length === 0 && isMade) return { tokens: [] };
  return tokens(configured, dataDir, HUB_TOKEN_FILE, "ACTION_HUB_TOKENS");
}

/**
 * What whoever runs the hub shows. Never one of the hub's own.
 * @throws SetupError as `hubTokens`
 */
export function adminTokens(configured: readonly string[], dataDir: string): Tokens {
  return tokens(configured, dataDir, ADMIN_TOKEN_FILE, "ADMIN_TOKENS");
}

/**
 * The hub's first token, if there is one yet: none is generated.
 * @throws SetupError when the token can't be read
 */
export async function presentHubToken(settings: Settings): Promise<string | undefined> {
  return settings.hubTokens[0] ?? present(settings, HUB_TOKEN_FILE);
}

/** The first token for whoever runs the hub, likewise. @throws SetupError as `presentHubToken` */
export async function presentAdminToken(settings: Settings): Promise<string | undefined> {
  return settings.adminTokens[0] ?? present(settings, ADMIN_TOKEN_FILE);
}

async function present({ dataDir, databaseUrl }: Settings, name: string): Promise<string | undefined> {
  return databaseUrl === undefined ? readKept(path.join(dataDir, name)) : presentToken(databaseUrl, name);
}

/**
 * Kept or set, the two kinds never share a token.
 * @throws SetupError when they do
 */
export function refuseShared(hub: readonly string[], admin: readonly string[]): void {
  if (!admin.some((token) => hub.includes(token))) return;
  throw new SetupError("ADMIN_TOKENS: a token of the action hub's own is known to Looker. Choose another.");
}

function tokens(configured: readonly string[], dataDir: string, name: string, setting: string): Tokens {
  if (configured.length > 0) return { tokens: configured };
  const file = path.join(dataDir, name);
  const kept = readKept(file);
  if (kept !== undefined) return { tokens: [kept] };
  const generated = newToken();
  try {
    mkdirSync(dataDir, { recursive: true });
    // Whole or not at all, also on a disk that is full.
    writeFileSync(`${file}.new`, `${generated}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw new SetupError(
      `The data folder ${dataDir} can't be written (${errorCode(error)}). ` +
        `Set DATA_DIR to a folder that can, or set ${setting}.`,
    );
  }
  return { tokens: [generated], generated };
}

function newToken(): string {
  return randomBytes(32).toString("base64url");
}

function readKept(file: string): string | undefined {
  const token = readIfThere(file)?.trim();
  if (token === "") {
    throw new SetupError(`${file} is to hold a token and is empty. Delete it, and another is made.`);
  }
  return token;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new SetupError(`${file} holds a token and can't be read (${code}).`);
  }
}
