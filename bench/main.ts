/** `npm run bench`: measures the hub beside the plain program, and checks every value that arrived. */

import path from "node:path";
import { Command, Option } from "commander";
import { profileHub } from "./profile-hub";
import { type Results, saveRecord, saveResults } from "./record";
import { type Outcome, runScenario, type Scenario } from "./scenario";
import { BASE, scenarios } from "./scenarios";
import { atOnce, besideLarge, oneByOne } from "./small-deliveries";
import { deliveryTable, describeScenario, smallTable } from "./table";

interface Options extends Partial<Scenario> {
  full: boolean;
  small: boolean;
  profile: boolean;
  record: boolean;
}

const WORK = path.join(__dirname, "..", "..", "bench", "work");

new Command()
  .name("npm run bench --")
  .description("Measures the hub beside the plain program, and checks every value that arrived.")
  .addHelpText(
    "after",
    "\nWith one of rows to rounds, only that scenario runs; what is left out is as by default.",
  )
  .option("--full", "all sizes, up to five million rows: a quarter of an hour", false)
  .option("--small", "only small deliveries", false)
  .option("--profile", "instead of measuring, show where the hub's time goes", false)
  .option("--record", "make this run the one that bench/README.md shows", false)
  .addOption(number("--rows <number>", `rows of the result (${BASE.rows})`))
  .addOption(number("--columns <number>", `columns, the identity's included (${BASE.columns})`))
  .addOption(
    new Option("--values <which>", `texts (${BASE.values})`).choices(["short", "ascii", "long", "rendered"]),
  )
  .addOption(number("--repeated <share>", `rows about a user who had one, 0 to 1 (${BASE.repeated})`))
  .addOption(new Option("--sync <what>", `(${BASE.sync})`).choices(["all", "changed"]))
  .addOption(number("--heap-ms <number>", `how long Heap takes to answer (${BASE.heapMs})`))
  .addOption(number("--rounds <number>", `how often (${BASE.rounds})`))
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });

function number(flags: string, description: string): Option {
  return new Option(flags, description).argParser(Number);
}

async function run({ full, small, profile, record, ...chosen }: Options): Promise<void> {
  const isOne = Object.keys(chosen).length > 0;
  const one: Scenario = { ...BASE, ...chosen };
  if (profile) {
    const { table, file } = await profileHub(one, WORK);
    process.stdout.write(`${describeScenario(one)}\n\n${table}\n\nThe profile: ${file}\n`);
    return;
  }
  const outcomes = small ? [] : await runAll(isOne ? [one] : scenarios(full));
  const results: Results = { outcomes, small: isOne ? [] : await runSmall() };
  process.stderr.write(`Written to ${path.relative(process.cwd(), saveResults(results))}\n`);
  if (record && process.exitCode === undefined) saveRecord(results);
}

async function runAll(all: readonly Scenario[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const scenario of all) {
    process.stderr.write(`${describeScenario(scenario)} …\n`);
    try {
      outcomes.push(await runScenario(scenario, WORK));
    } catch (error) {
      // What the others took is worth having.
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exitCode = 1;
    }
  }
  process.stdout.write(`${deliveryTable(outcomes)}\n\n`);
  return outcomes;
}

async function runSmall(): Promise<Results["small"]> {
  process.stderr.write("small deliveries …\n");
  const outcomes = [await oneByOne(WORK), await atOnce(WORK), await besideLarge(WORK)];
  process.stdout.write(`${smallTable(outcomes)}\n\n`);
  return outcomes;
}
