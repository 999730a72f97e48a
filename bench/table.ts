/** The outcomes as a table, for the terminal and, as Markdown, for the README. */

import type { Outcome, Scenario } from "./scenario";

const HEAD = [
  "result",
  "document",
  "time",
  "CPU hub",
  "CPU plain",
  "ratio",
  "memory over idle",
  "of that anonymous",
];

export function markdownTable(outcomes: readonly Outcome[]): string {
  const lines = [HEAD, ["---", ...HEAD.slice(1).map(() => "---:")], ...outcomes.map(cells)];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

function cells(outcome: Outcome): string[] {
  const { scenario, bytes, seconds, hubCpu, plainCpu, ratio, overIdle, anonymousOverIdle } = outcome;
  return [
    describeScenario(scenario),
    megabytes(bytes, 1),
    `${seconds.toFixed(2)} s`,
    cpu(hubCpu),
    plainCpu === undefined ? "too long a file" : cpu(plainCpu),
    ratio === undefined ? "" : ratio.toFixed(2),
    megabytes(overIdle),
    megabytes(anonymousOverIdle),
  ];
}

export function describeScenario({ rows, columns, values, repeated, sync, heapMs }: Scenario): string {
  const notes = [
    values === "long" ? ", long texts" : "",
    repeated > 0 ? `, ${Math.round(repeated * 100)}% repeated users` : "",
    sync === "changed" ? ", nothing changed" : "",
    `, Heap at ${heapMs} ms`,
  ];
  return `${rows.toLocaleString("en-US")} rows × ${columns}${notes.join("")}`;
}

/** @param ms CPU time in milliseconds */
function cpu(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function megabytes(bytes: number, digits = 0): string {
  return `${(bytes / 1e6).toFixed(digits)} MB`;
}
