/** The command line. */

import { Command } from "commander";
import pc from "picocolors";
import { addDemo } from "./cli/demo";
import { addDoctor } from "./cli/doctor/doctor";
import { addRegister } from "./cli/register";
import { addSchedule } from "./cli/schedule";
import { addSend } from "./cli/send";
import { addServe } from "./cli/serve";
import { addStatus } from "./cli/status";
import { SetupError } from "./errors";

/** What a command ends with when a setting or an option is wrong; 1 says that what it was to do failed. */
const WRONG_SETUP = 2;

const program = new Command()
  .name("looker-heap-action-hub")
  .description("A Looker action hub that turns the rows of a query result into users or accounts in Heap.")
  .showHelpAfterError("(--help lists what there is)")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_SETUP))
  .addHelpText(
    "after",
    "\nSettings are environment variables: docs/settings.md and .env.example list them.\n" +
      "Every command ends with 0 when all is well, 1 when what it was to do failed, 2 when a setting or an option is wrong.",
  );

for (const add of [addServe, addDemo, addSend, addRegister, addSchedule, addDoctor, addStatus]) add(program);

program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${pc.red("Error:")} ${error.message}\n`);
  process.exit(WRONG_SETUP);
});
