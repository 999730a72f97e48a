/** `schedule`: makes or changes a schedule that delivers to this hub, and runs it. */

import type { Command } from "commander";
import { QUERY_ACTIONS } from "../actions";
import { type Config, readConfig } from "../config";
import { SetupError } from "../errors";
import { crontabProblem, schedule as schedulePlan } from "../looker";
import { actionOption, chosenAction } from "./action-option";
import { examples } from "./examples";
import { addFormOptions, formParams, readForm } from "./form-options";
import { withLooker } from "./looker-connection";
import { offeredAction } from "./offered-action";
import { StepPrinter } from "./print-steps";

/** The form's fields are there too. */
interface ScheduleOptions extends Readonly<Record<string, unknown>> {
  action: string;
  look?: string;
  query?: string;
  cron?: string;
  timezone?: string;
  title?: string;
  runNow: boolean;
  json: boolean;
}

export function addSchedule(command: Command): void {
  addFormOptions(
    command
      .addOption(actionOption("what the rows become"))
      .option("--look <id>", "the Look that is delivered")
      .option("--query <id>", "or the query")
      .option("--cron <crontab>", 'when it runs, such as "0 6 * * *"')
      .option("--timezone <name>", "of the crontab, such as Europe/Berlin; left out: Looker's own")
      .option("--title <name>", "name of the schedule; left out: after the Look and the environment")
      .option("--run-now", "run it now too; without --cron: once, and make no schedule", false)
      .option("--json", "print the steps as JSON", false),
    QUERY_ACTIONS,
  )
    .addHelpText(
      "after",
      examples(
        'schedule --look 12 --cron "0 6 * * *" --env-id 1234567890 --heap-field "Users Email"',
        "schedule --look 12 --run-now --env-id 1234567890 --dry-run",
      ),
    )
    .action(async (options: ScheduleOptions) => {
      if (!(await schedule(options, readConfig()))) process.exitCode = 1;
    });
}

/**
 * @returns whether the schedule is as it is to be
 * @throws SetupError when an option or a setting is wrong, or Looker refuses or can't be reached
 */
async function schedule(options: ScheduleOptions, config: Config): Promise<boolean> {
  const { look, query, cron: crontab, timezone, title, runNow } = options;
  const { baseUrl: hubUrl } = config;
  if (hubUrl === undefined)
    throw new SetupError("Set ACTION_HUB_BASE_URL to the address at which Looker reaches the hub.");
  if ((look === undefined) === (query === undefined))
    throw new SetupError("Give one of --look and --query, with its ID.");
  if (crontab === undefined && !runNow)
    throw new SetupError('Give --cron, such as "0 6 * * *", or --run-now, or both.');
  const problem = crontab === undefined ? undefined : crontabProblem(crontab, timezone);
  if (problem !== undefined) throw new SetupError(`Wrong schedule: ${problem}.`);
  const action = chosenAction(options.action);
  const form = formParams(action, options);
  readForm(offeredAction(action.name, config), form, config.environments);
  const steps = new StepPrinter(options.json);
  const success = await withLooker(config, (api) =>
    schedulePlan(
      api,
      {
        hubUrl,
        action: action.name,
        content: look === undefined ? { query: query ?? "" } : { look },
        title,
        crontab,
        timezone,
        form,
        runNow,
      },
      steps.print,
    ),
  );
  steps.end(success);
  return success;
}
