/** The command line. A command is loaded when it is asked for: whoever wants to read the help waits for none of them. */

import { Command } from "commander";
import pc from "picocolors";
import { SetupError } from "./errors";

/** What a command ends with when a setting or an option is wrong; 1 says that what it was to do failed. */
const WRONG_SETUP = 2;

interface LazyCommand {
  /** Its name, and its arguments. */
  command: string;
  description: string;
  /** @returns what adds its options, and what it does */
  load(): Promise<(command: Command) => void>;
}

const COMMANDS: readonly LazyCommand[] = [
  {
    command: "serve",
    description: "Run the server that Looker talks to.",
    load: async () => (await import("./cli/serve.js")).addServe,
  },
  {
    command: "demo",
    description:
      "Show the main job on this machine: a stand-in Looker, a stand-in Heap, and the hub between them.",
    load: async () => (await import("./cli/demo.js")).addDemo,
  },
  {
    command: "send <file>",
    description: "Deliver a saved Looker result (json_detail or json_detail_lite_stream) from a file.",
    load: async () => (await import("./cli/send.js")).addSend,
  },
  {
    command: "register",
    description:
      "Add the hub to Looker over its API, enable its action and test it. Run twice it changes nothing.",
    load: async () => (await import("./cli/register.js")).addRegister,
  },
  {
    command: "schedule",
    description: "Make or change a schedule in Looker that delivers a Look or a query to this hub.",
    load: async () => (await import("./cli/schedule.js")).addSchedule,
  },
  {
    command: "token <make|list|revoke> [fingerprint]",
    description:
      "Make a token for Looker, list the tokens by their fingerprints, or revoke one. The hub may run meanwhile.",
    load: async () => (await import("./cli/token.js")).addToken,
  },
  {
    command: "doctor",
    description:
      "Look at everything that a delivery needs, and say what is wrong and what to do. Changes nothing.",
    load: async () => (await import("./cli/doctor/doctor.js")).addDoctor,
  },
  {
    command: "status",
    description: "Show the deliveries of the running hub, the newest first.",
    load: async () => (await import("./cli/status.js")).addStatus,
  },
];

/** @param words of the command line: only the commands that are among them are loaded */
async function programFor(words: readonly string[]): Promise<Command> {
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
  for (const { command, description, load } of COMMANDS) {
    const added = program.command(command).description(description);
    if (words.includes(added.name())) (await load())(added);
  }
  return program;
}

async function main(): Promise<void> {
  const program = await programFor(process.argv.slice(2));
  await program.parseAsync();
}

main().catch((error: unknown) => {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${pc.red("Error:")} ${error.message}\n`);
  process.exit(WRONG_SETUP);
});
