/** The scenarios of a run: what most people want to know in a few minutes, and all of it. */

import type { Scenario } from "./scenario";

/** What each scenario differs from. */
export const BASE: Scenario = {
  rows: 500_000,
  columns: 10,
  values: "short",
  repeated: 0,
  sync: "all",
  heapMs: 5,
  rounds: 1,
};

/** The ones that differ from each other in their rows only are the plot's. */
const ROWS = [1, 100, 1000, 10_000, 100_000, 500_000];
const MORE_ROWS = [1_000_000, 5_000_000];

/** @param isFull more rows and more rounds: a quarter of an hour instead of a few minutes */
export function scenarios(isFull: boolean): Scenario[] {
  const rounds = isFull ? 3 : 1;
  const rows = isFull ? 500_000 : 100_000;
  const varied: Partial<Scenario>[] = [
    { rows: 500_000, values: "ascii", rounds: 3 },
    { rows: 500_000, values: "rendered", rounds: 3 },
    { rows, columns: 3 },
    { rows: rows / 5, columns: 50 },
    { rows: rows / 20, columns: 200 },
    { rows: rows / 5, values: "long" },
    { rows, repeated: 0.2 },
    { rows, sync: "changed" },
    { rows, heapMs: 50 },
    { rows, heapMs: 500 },
  ];
  return [
    ...ROWS.map((each) => ({ ...BASE, rows: each, rounds: each === BASE.rows ? 3 : rounds })),
    ...(isFull ? MORE_ROWS.map((each) => ({ ...BASE, rows: each })) : []),
    ...varied.map((differs) => ({ ...BASE, ...differs })),
  ];
}

/** Whether it differs from the others of the plot in its rows only. */
export function isPlotted({ columns, values, repeated, sync, heapMs }: Scenario): boolean {
  return (
    columns === BASE.columns &&
    values === BASE.values &&
    repeated === BASE.repeated &&
    sync === BASE.sync &&
    heapMs === BASE.heapMs
  );
}
