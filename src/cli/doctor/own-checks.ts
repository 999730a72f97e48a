/** The hub's own: its tokens, its folder, its disk. Nothing is locked: a hub may be running. */

import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import type { Config } from "../../config";
import { errorCode } from "../../error-code";
import { SetupError } from "../../errors";
import { presentHubToken } from "../../tokens";
import type { Checks } from "./check";

/** Less than this, and nothing new is taken soon, in bytes. */
const SCARCE_BYTES = 1_000_000_000;

/** @returns the hub's token, if there is one */
export function checkToken({ hubTokens, dataDir }: Config, checks: Checks): string | undefined {
  const name = "Tokens";
  try {
    const token = presentHubToken(hubTokens, dataDir);
    if (token === undefined)
      checks.failed(name, `there is none in ${dataDir} yet: start the hub once, or set ACTION_HUB_TOKENS`);
    else if (hubTokens.length === 0) checks.ok(name, `the generated one, kept in ${dataDir}`);
    else checks.ok(name, `ACTION_HUB_TOKENS has ${hubTokens.length}`);
    return token;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    checks.failed(name, withoutStop(error.message));
    return undefined;
  }
}

export function checkFolder({ dataDir, outboxMaxBytes }: Config, checks: Checks): void {
  if (!existsSync(dataDir)) {
    checks.skipped("Data folder", `${dataDir} is not there yet: the hub makes it when it starts`);
    return;
  }
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    checks.ok("Data folder", `${dataDir} can be written`);
  } catch (error) {
    const code = errorCode(error);
    checks.failed(
      "Data folder",
      `${dataDir} can't be written (${code}): give it to the user that runs the hub`,
    );
    return;
  }
  const { bavail, bsize } = statfsSync(dataDir);
  const free = bavail * bsize;
  const detail = `${gigabytes(free)} free`;
  if (free < SCARCE_BYTES) checks.failed("Disk", `${detail}: make room, or set DATA_DIR to a larger one`);
  else if (free < outboxMaxBytes)
    checks.ok(
      "Disk",
      `${detail}, less than OUTBOX_MAX_BYTES (${gigabytes(outboxMaxBytes)}) lets wait for Heap`,
    );
  else checks.ok("Disk", detail);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, "");
}
