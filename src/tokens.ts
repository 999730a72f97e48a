/** The tokens: those of the settings, or one of a kind that is generated once and kept in the data folder. */

import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { errorCode } from "./error-code";
import { SetupError } from "./errors";
import { readKeptTokens } from "./token-store";

const HUB_TOKEN_FILE = "action-hub-token";
const ADMIN_TOKEN_FILE = "admin-token";

export interface Tokens {
  tokens: readonly string[];
  /** Set when the token has just been generated: it is to be shown this once. */
  generated?: string;
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
 * @throws SetupError when the token can't be read from the data folder
 */
export function presentHubToken(configured: readonly string[], dataDir: string): string | undefined {
  return configured[0] ?? readKept(path.join(dataDir, HUB_TOKEN_FILE));
}

/** The first token for whoever runs the hub, likewise. @throws SetupError as `presentHubToken` */
export function presentAdminToken(configured: readonly string[], dataDir: string): string | undefined {
  return configured[0] ?? readKept(path.join(dataDir, ADMIN_TOKEN_FILE));
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
  const generated = randomBytes(32).toString("base64url");
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
