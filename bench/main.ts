/** `npm run bench`: measures the hub beside the plain program, and checks every value that arrived. */

import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import path from "node:path";
import { Command, Option } from "commander";
import { type Outcome, runScenario, type Scenario } from "./scenario";
import { describeScenario, markdownTable } from "./table";

interface Options {
  rows: number;
  columns: number;
  values: Scenario["values"];
  repeated: number;
  sync: Scenario["sync"];
  heapMs: number;
  rounds: number;
}

const BENCH = path.join(__dirname, "..", "..", "bench");

const program = new Command()
  .name("npm run bench --")
  .description("Measures the hub beside the plain program, and checks every value that arrived.")
  .addOption(new Option("--rows <number>", "rows of the result").default(500_000).argParser(Number))
  .addOption(
    new Option("--columns <number>", "columns, the identity's included").default(10).argParser(Number),
  )
  .addOption(new Option("--values <which>").choices(["short", "long"]).default("short"))
  .addOption(new Option("--repeated <share>", "rows about a user who had one").default(0).argParser(Number))
  .addOption(new Option("--sync <what>").choices(["all", "changed"]).default("all"))
  .addOption(new Option("--heap-ms <number>", "how long Heap takes to answer").default(5).argParser(Number))
  .addOption(new Option("--rounds <number>", "how often").default(3).argParser(Number))
  .action(run);

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});

async function run(scenario: Options): Promise<void> {
  const outcomes: Outcome[] = [];
  process.stderr.write(`${describeScenario(scenario)} …\n`);
  outcomes.push(await runScenario(scenario, path.join(BENCH, "work")));
  process.stdout.write(`${markdownTable(outcomes)}\n`);
  save(outcomes);
}

function save(outcomes: readonly Outcome[]): void {
  const taken = new Date().toISOString();
  const [processor] = cpus();
  const machine = {
    processor: processor?.model.trim(),
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: release(),
    node: process.version,
  };
  const folder = path.join(BENCH, "results");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${taken.replaceAll(":", "-")}.json`);
  writeFileSync(file, `${JSON.stringify({ taken, machine, outcomes }, undefined, 2)}\n`);
  process.stderr.write(`Written to ${path.relative(process.cwd(), file)}\n`);
}
