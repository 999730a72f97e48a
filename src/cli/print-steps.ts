/** Prints the steps of a command, each as it is done; or all of them as JSON at its end. */

import pc from "picocolors";
import type { Step } from "../looker";

const MARKS = {
  done: pc.green("✓"),
  unchanged: "=",
  would: pc.cyan("→"),
  open: pc.yellow("!"),
  failed: pc.red("✗"),
} as const;

export class StepPrinter {
  private readonly steps: Step[] = [];

  constructor(private readonly json: boolean) {}

  readonly print = (step: Step): void => {
    this.steps.push(step);
    if (this.json) return;
    const { what, outcome, detail } = step;
    process.stdout.write(`${MARKS[outcome]} ${what.padEnd(16)} ${detail}.\n`);
  };

  /** @param success whether everything is as it is to be */
  end(success: boolean): void {
    if (this.json) process.stdout.write(`${JSON.stringify({ success, steps: this.steps }, null, 2)}\n`);
  }
}
