/** The outcomes as Markdown tables, for the terminal and the README. */

import { total } from "./process-figures";
import type { Outcome, Scenario } from "./scenario";
import type { SmallOutcome } from "./small-deliveries";

type Columns<T> = readonly (readonly [head: string, cell: (outcome: T) => string])[];

const DELIVERY: Columns<Outcome> = [
  ["result", ({ scenario }) => describeScenario(scenario)],
  ["document", ({ bytes }) => megabytes(bytes, 1)],
  ["time", ({ seconds }) => `${seconds.toFixed(2)} s`],
  ["CPU hub", ({ hubCpu }) => cpu(hubCpu)],
  ["CPU plain", ({ plainCpu }) => (plainCpu === undefined ? "file too long" : cpu(plainCpu))],
  ["hub / plain", ({ ratio }) => ratio?.toFixed(2) ?? ""],
  ["memory over idle", ({ overIdle }) => megabytes(overIdle)],
  ["of that anonymous", ({ anonymousOverIdle }) => megabytes(anonymousOverIdle)],
  ["memory plain", ({ plainPeak }) => (plainPeak === undefined ? "" : megabytes(plainPeak))],
];

const SMALL: Columns<SmallOutcome> = [
  [
    "deliveries",
    ({ deliveries, rows, how }) => `${deliveries} of ${rows} row${rows === 1 ? "" : "s"}, ${how}`,
  ],
  ["Heap", ({ heapMs }) => `${heapMs} ms`],
  ["Heap without the hub", ({ heapAlone }) => (heapAlone === undefined ? "" : milliseconds(heapAlone))],
  ["fastest", ({ fastest }) => milliseconds(fastest)],
  ["median", ({ median }) => milliseconds(median)],
  ["95%", ({ p95 }) => milliseconds(p95)],
  ["slowest", ({ slowest }) => milliseconds(slowest)],
  ["large one", ({ largeSlower }) => (largeSlower === undefined ? "" : `${largeSlower.toFixed(2)} of alone`)],
  ["CPU a delivery", ({ hub, deliveries }) => milliseconds(total(hub.cpu) / deliveries)],
  ["memory over idle", ({ hub: { memory } }) => megabytes(memory.peak - memory.idle)],
];

export function deliveryTable(outcomes: readonly Outcome[]): string {
  return table(DELIVERY, outcomes);
}

export function smallTable(outcomes: readonly SmallOutcome[]): string {
  return table(SMALL, outcomes);
}

export function describeScenario({ rows, columns, values, repeated, sync, heapMs }: Scenario): string {
  const notes = [
    values === "long" ? ", long texts" : "",
    values === "ascii" ? ", ASCII only" : "",
    values === "rendered" ? ", rendered and with links" : "",
    repeated > 0 ? `, ${Math.round(repeated * 100)}% repeated users` : "",
    sync === "changed" ? ", nothing changed" : "",
    `, Heap at ${heapMs} ms`,
  ];
  return `${rows.toLocaleString("en-US")} rows × ${columns}${notes.join("")}`;
}

function table<T>(columns: Columns<T>, outcomes: readonly T[]): string {
  const rows = outcomes.map((outcome) => columns.map(([, cell]) => cell(outcome)));
  const lines = [columns.map(([head]) => head), ["---", ...columns.slice(1).map(() => "---:")], ...rows];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** @param ms CPU time in milliseconds */
function cpu(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function megabytes(bytes: number, digits = 0): string {
  return `${(bytes / 1e6).toFixed(digits)} MB`;
}
