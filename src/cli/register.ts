/** `register`: adds the hub to Looker. */

import type { Config } from "../config";
import { SetupError } from "../errors";
import { readManifest, register as registerHub } from "../looker";
import { presentHubToken } from "../tokens";
import { withLooker } from "./looker-connection";
import { MANIFEST_FILE } from "./manifest-file";
import { StepPrinter } from "./print-steps";

export interface RegisterOptions {
  acceptLegal: boolean;
  rotateToken: boolean;
  dryRun: boolean;
  json: boolean;
}

/**
 * @returns whether the hub is in Looker, enabled and tested
 * @throws SetupError when a setting is missing, or Looker refuses or can't be reached
 */
export async function register(options: RegisterOptions, config: Config): Promise<boolean> {
  const { baseUrl: hubUrl } = config;
  if (hubUrl === undefined)
    throw new SetupError("Set ACTION_HUB_BASE_URL to the address at which Looker reaches the hub.");
  const token = presentHubToken(config.hubTokens, config.dataDir);
  if (token === undefined) {
    throw new SetupError(
      `There is no token in ${config.dataDir} yet: start the hub once with this DATA_DIR, or set ` +
        "ACTION_HUB_TOKENS to the hub's.",
    );
  }
  const [action] = readManifest(MANIFEST_FILE).actions;
  const steps = new StepPrinter(options.json);
  const success = await withLooker(config, (api) =>
    registerHub(api, { ...options, hubUrl, token, action: action?.name ?? "" }, steps.print),
  );
  steps.end(success);
  return success;
}
