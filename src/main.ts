#!/usr/bin/env node
/** The command line. */

import { Command, Option } from "commander";
import pc from "picocolors";
import { demo } from "./cli/demo";
import { doctor } from "./cli/doctor/doctor";
import { addFormOptions, type FormOptions } from "./cli/form-options";
import { type RegisterOptions, register } from "./cli/register";
import { type ScheduleOptions, schedule } from "./cli/schedule";
import { send } from "./cli/send";
import { serve } from "./cli/serve";
import { readConfig } from "./config";
import { SetupError } from "./errors";

const program = new Command()
  .name("looker-heap-action-hub")
  .description("A Looker action hub that turns the rows of a query result into users or accounts in Heap.")
  .showHelpAfterError("(--help lists what there is)")
  .addHelpText("after", "\nSettings are environment variables: docs/settings.md and .env.example list them.");

program
  .command("serve")
  .description("Run the server that Looker talks to.")
  .action(() => serve(readConfig()));

program
  .command("demo")
  .description(
    "Show the main job on this machine: a stand-in Looker, a stand-in Heap, and the hub between them.",
  )
  .addOption(new Option("--rows <number>", "rows of the result").default(50_000).argParser(Number))
  .action((options: { rows: number }) => demo(options.rows));

addFormOptions(
  program
    .command("send <file>")
    .description("Deliver a saved Looker result (json_detail or json_detail_lite_stream) from a file."),
)
  .addHelpText(
    "after",
    '\nExample:\n  send result.json --env-id 1234567890 --heap-field "Users Email" --dry-run',
  )
  .action(async (file: string, options: FormOptions) => {
    if (!(await send(file, options, readConfig()))) process.exitCode = 1;
  });

program
  .command("register")
  .description(
    "Add the hub to Looker over its API, enable its action and test it. Run twice it changes nothing.",
  )
  .option("--accept-legal", "accept the agreement that Looker asks for when a hub is added", false)
  .option("--rotate-token", "set the token also when Looker has one: the first of ACTION_HUB_TOKENS", false)
  .option("--dry-run", "say what would be done, and do nothing", false)
  .option("--json", "print the steps as JSON", false)
  .action(async (options: RegisterOptions) => {
    if (!(await register(options, readConfig()))) process.exitCode = 1;
  });

addFormOptions(
  program
    .command("schedule")
    .description("Make or change a schedule in Looker that delivers a Look or a query to this hub.")
    .option("--look <id>", "the Look that is delivered")
    .option("--query <id>", "or the query")
    .option("--cron <crontab>", 'when it runs, such as "0 6 * * *"')
    .option("--timezone <name>", "of the crontab, such as Europe/Berlin; left out: Looker's own")
    .option("--title <name>", "name of the schedule; left out: after the Look and the environment")
    .option("--run-now", "run it now too; without --cron: once, and make no schedule", false)
    .option("--json", "print the steps as JSON", false),
)
  .addHelpText(
    "after",
    '\nExample:\n  schedule --look 12 --cron "0 6 * * *" --env-id 1234567890 --heap-field "Users Email" --run-now',
  )
  .action(async (options: ScheduleOptions) => {
    if (!(await schedule(options, readConfig()))) process.exitCode = 1;
  });

program
  .command("doctor")
  .description(
    "Look at everything that a delivery needs, and say what is wrong and what to do. Changes nothing.",
  )
  .option("--json", "print the checks as JSON", false)
  .action(async (options: { json: boolean }) => {
    if (!(await doctor(options))) process.exitCode = 1;
  });

program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${pc.red("Error:")} ${error.message}\n`);
  process.exit(2);
});
