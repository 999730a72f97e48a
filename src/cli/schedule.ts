/** `schedule`: makes or changes a schedule that delivers to this hub, and runs it. */

import type { Config } from "../config";
import { SetupError } from "../errors";
import { crontabProblem, readManifest, schedule as schedulePlan } from "../looker";
import { type FormOptions, formParams, readFormOptions } from "./form-options";
import { withLooker } from "./looker-connection";
import { MANIFEST_FILE } from "./manifest-file";
import { StepPrinter } from "./print-steps";

export interface ScheduleOptions extends FormOptions {
  look?: string;
  query?: string;
  cron?: string;
  timezone?: string;
  title?: string;
  runNow: boolean;
  json: boolean;
}

/**
 * @returns whether the schedule is as it is to be
 * @throws SetupError when an option or a setting is wrong, or Looker refuses or can't be reached
 */
export async function schedule(options: ScheduleOptions, config: Config): Promise<boolean> {
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
  const [action] = readManifest(MANIFEST_FILE).actions;
  readFormOptions(action, options, config);
  const steps = new StepPrinter(options.json);
  const success = await withLooker(config, (api) =>
    schedulePlan(
      api,
      {
        hubUrl,
        action: action?.name ?? "",
        content: look === undefined ? { query: query ?? "" } : { look },
        title,
        crontab,
        timezone,
        form: formParams(options),
        runNow,
      },
      steps.print,
    ),
  );
  steps.end(success);
  return success;
}
