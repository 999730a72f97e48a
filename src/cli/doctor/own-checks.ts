/** The hub's own: its tokens, its folder, its disk, and what its settings mean. Nothing is locked: a hub may be running. */

import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import path from "node:path";
import type { Config } from "../../config";
import { errorCode } from "../../error-code";
import { SetupError } from "../../errors";
import { presentHubToken } from "../../tokens";
import type { Checks } from "./check";

/** Less than this, and nothing new is taken soon, in bytes. */
const SCARCE_BYTES = 1_000_000_000;

/** @returns the hub's token, if there is one */
export async function checkToken(config: Config, checks: Checks): Promise<string | undefined> {
  const { hubTokens, dataDir, databaseUrl } = config;
  const place = databaseUrl === undefined ? dataDir : "the database";
  const name = "Tokens";
  try {
    const token = await presentHubToken(config);
    if (token === undefined)
      checks.failed(name, `there is none in ${place} yet: start the hub once, or set ACTION_HUB_TOKENS`);
    else if (hubTokens.length === 0) checks.ok(name, `the generated one, kept in ${place}`);
    else checks.ok(name, `ACTION_HUB_TOKENS has ${hubTokens.length}`);
    return token;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    checks.failed(name, withoutStop(error.message));
    return undefined;
  }
}

export function checkFolder({ dataDir, databaseUrl, outboxMaxBytes }: Config, checks: Checks): void {
  const name = "Data folder";
  if (databaseUrl !== undefined) {
    checks.skipped(name, "not used: everything is kept in the database");
    return;
  }
  const present = presentFolder(path.resolve(dataDir));
  try {
    accessSync(present, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const problem = `${present} can't be written (${errorCode(error)})`;
    checks.failed(name, `${problem}: give it to the user that runs the hub, or set DATA_DIR to another`);
    return;
  }
  if (present !== path.resolve(dataDir)) {
    checks.skipped(name, `${dataDir} is not there yet: the hub makes it when it starts`);
    return;
  }
  checks.ok(name, `${dataDir} can be written`);
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

/** Heap can't be asked: it takes any number. */
export function checkEnvironments({ environments }: Config, checks: Checks): void {
  const name = "Environments";
  if (environments.length === 0)
    checks.skipped(
      name,
      "any number is taken, and Heap accepts any: set HEAP_ENVIRONMENTS to yours, such as " +
        "Production=123,Development=456, so that a slip in the form is refused",
    );
  else checks.ok(name, environments.map((each) => `${each.name} (${each.id})`).join(", "));
}

/** Nothing can be wrong with it; whoever moves over from Heap's own action has to know. */
export function checkMatchBy({ heapMatchBy }: Config, checks: Checks): void {
  const byDefault =
    heapMatchBy === "identity"
      ? "found by identity where the form does not say, and created where Heap has none (HEAP_MATCH_BY=identity). "
      : "found by e-mail where the form does not say, as Heap's own Looker action does it (HEAP_MATCH_BY=email). ";
  const otherwise =
    heapMatchBy === "identity"
      ? "Schedules that come from Heap's own Looker action mean e-mails: set HEAP_MATCH_BY=email for those, unless " +
        "identities are e-mails"
      : "A form that says identity has its users found by the documented API, which creates those that Heap does not have";
  checks.ok("Users in Heap", byDefault + otherwise);
}

/** The folder itself, or the one that it would be made in. */
function presentFolder(folder: string): string {
  return existsSync(folder) ? folder : presentFolder(path.dirname(folder));
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, "");
}
