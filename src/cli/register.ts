/** `register`: adds the hub to Looker. */

import type { Command } from "commander";
import { type Config, readConfig } from "../config";
import { SetupError } from "../errors";
import { register as registerHub } from "../looker";
import { presentHubToken } from "../tokens";
import { actionsOption } from "./action-option";
import { examples } from "./examples";
import { withLooker } from "./looker-connection";
import { offeredAction } from "./offered-action";
import { StepPrinter } from "./print-steps";

interface RegisterOptions {
  actions: readonly string[];
  acceptLegal: boolean;
  rotateToken: boolean;
  dryRun: boolean;
  json: boolean;
}

export function addRegister(command: Command): void {
  command
    .addOption(actionsOption("the actions to enable, with commas between them"))
    .option("--accept-legal", "accept the agreement that Looker asks for when a hub is added", false)
    .option("--rotate-token", "set the token also when Looker has one: the first of ACTION_HUB_TOKENS", false)
    .option("--dry-run", "say what would be done, and do nothing", false)
    .option("--json", "print the steps as JSON", false)
    .addHelpText(
      "after",
      examples("register --dry-run", "register --accept-legal", "register --actions heap,heap_events"),
    )
    .action(async (options: RegisterOptions) => {
      if (!(await register(options, readConfig()))) process.exitCode = 1;
    });
}

/**
 * @returns whether the hub is in Looker, enabled and tested
 * @throws SetupError when a setting is missing, or Looker refuses or can't be reached
 */
async function register(options: RegisterOptions, config: Config): Promise<boolean> {
  const { baseUrl: hubUrl } = config;
  if (hubUrl === undefined)
    throw new SetupError("Set ACTION_HUB_BASE_URL to the address at which Looker reaches the hub.");
  const token = await presentHubToken(config);
  if (token === undefined) {
    throw new SetupError(
      `There is no token in ${config.dataDir} yet: start the hub once with this DATA_DIR, or set ` +
        "ACTION_HUB_TOKENS to the hub's.",
    );
  }
  for (const action of options.actions) offeredAction(action, config);
  const steps = new StepPrinter(options.json);
  const success = await withLooker(config, (api) =>
    registerHub(api, { ...options, hubUrl, token, userAttribute: config.lookerUserAttribute }, steps.print),
  );
  steps.end(success);
  return success;
}
