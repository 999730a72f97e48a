/** The hub's tokens: those of the settings, or one that is generated once and kept in the data folder. */

import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SetupError } from "./errors";

const FILE = "action-hub-token";

export interface Tokens {
  tokens: readonly string[];
  /** Set when the token has just been generated: it is to be shown this once. */
  generated?: string;
}

/** @throws SetupError when the data folder can't be written */
export function hubTokens(configured: readonly string[], dataDir: string): Tokens {
  if (configured.length > 0) return { tokens: configured };
  const file = path.join(dataDir, FILE);
  const kept = readKept(file);
  if (kept !== undefined) return { tokens: [kept] };
  const generated = randomBytes(32).toString("base64url");
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(file, `${generated}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new SetupError(
      `The data folder ${dataDir} can't be written (${error instanceof Error ? error.message : String(error)}). ` +
        "Set DATA_DIR to a folder that can, or set ACTION_HUB_TOKENS.",
    );
  }
  return { tokens: [generated], generated };
}

function readKept(file: string): string | undefined {
  try {
    const token = readFileSync(file, "utf8").trim();
    return token === "" ? undefined : token;
  } catch {
    return undefined;
  }
}
