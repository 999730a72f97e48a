/** Writes a run down: as JSON, and, when it is to be the record, into the README with its plot. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import path from "node:path";
import { plot } from "./plot";
import type { Outcome } from "./scenario";
import { isPlotted } from "./scenarios";
import type { SmallOutcome } from "./small-deliveries";
import { deliveryTable, smallTable } from "./table";

export interface Results {
  outcomes: readonly Outcome[];
  small: readonly SmallOutcome[];
}

const BENCH = path.join(__dirname, "..", "..", "bench");

/** @returns the file that it wrote */
export function saveResults(results: Results): string {
  const folder = path.join(BENCH, "results");
  mkdirSync(folder, { recursive: true });
  const taken = new Date().toISOString();
  const file = path.join(folder, `${taken.replaceAll(":", "-")}.json`);
  writeFileSync(file, asJson(results, taken));
  return file;
}

/** Makes it the one that the README shows. */
export function saveRecord(results: Results): void {
  const taken = new Date().toISOString();
  writeFileSync(path.join(BENCH, "results.json"), asJson(results, taken));
  writeFileSync(
    path.join(BENCH, "plot.svg"),
    plot(results.outcomes.filter(({ scenario }) => isPlotted(scenario))),
  );
  const { processor, cores, memoryBytes, system, node } = machine();
  const tables = [
    `Taken on ${taken.slice(0, 10)} with Node.js ${node} on ${system}: ${cores} cores (${processor}), ${Math.round(memoryBytes / 1e9)} GB of memory.`,
    deliveryTable(results.outcomes),
    ...(results.small.length > 0 ? [smallTable(results.small)] : []),
  ];
  const readme = path.join(BENCH, "README.md");
  const old = readFileSync(readme, "utf8");
  const [before = ""] = old.split("<!-- results -->", 1);
  const after = old.slice(old.indexOf("<!-- end of results -->"));
  writeFileSync(readme, `${before}<!-- results -->\n\n${tables.join("\n\n")}\n\n${after}`);
}

function asJson(results: Results, taken: string): string {
  return `${JSON.stringify({ taken, machine: machine(), ...results }, undefined, 2)}\n`;
}

function machine() {
  const [processor] = cpus();
  return {
    processor: processor?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `Linux ${release()}`,
    node: process.version,
  };
}
