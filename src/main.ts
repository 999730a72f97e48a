#!/usr/bin/env node
/** The command line. */

import { Command, Option } from "commander";
import pc from "picocolors";
import { demo } from "./cli/demo";
import { type RegisterOptions, register } from "./cli/register";
import { type SendOptions, send } from "./cli/send";
import { serve } from "./cli/serve";
import { readConfig } from "./config";
import { SetupError } from "./errors";

const program = new Command()
  .name("looker-heap-action-hub")
  .description("A Looker action hub that turns the rows of a query result into users or accounts in Heap.")
  .showHelpAfterError("(--help lists what there is)")
  .addHelpText("after", "\nSettings are environment variables: see the README, or .env.example.");

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

program
  .command("send <file>")
  .description("Deliver a saved Looker result (json_detail or json_detail_lite_stream) from a file.")
  .requiredOption("--env-id <digits>", "Heap environment ID")
  .option("--property-type <type>", "what a row is: user or account", "user")
  .option(
    "--heap-field <column>",
    "the column with the identity or account ID; left out: found by its LookML tag",
  )
  .option("--property-names <which>", "label, label_short or name", "label")
  .option("--sync <what>", "all, or changed: only what differs from what was last delivered", "all")
  .option("--long-values <how>", "texts over 255 characters: truncate or drop", "truncate")
  .option("--dry-run", "check and report everything, send nothing", false)
  .addHelpText(
    "after",
    '\nExample:\n  send result.json --env-id 1234567890 --heap-field "Users Email" --dry-run',
  )
  .action(async (file: string, options: SendOptions) => {
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

program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${pc.red("Error:")} ${error.message}\n`);
  process.exit(2);
});
