/** What became of a delivery, in one word. */

import { hasFailed } from "./describe";
import { isFinished, type Report } from "./report";

export const OUTCOMES = [
  "in progress",
  /** Kept, as Heap does not know its environment. */
  "parked",
  "delivered",
  /** Checked and not sent, as was asked for. */
  "dry run",
  "failed",
  /** Its result could not be read to its end, and is another delivery's since. */
  "run again",
  "cancelled",
  /** Its form did not fit the result: nothing of it was sent. */
  "refused",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** @param rejectsTolerated percent of the rows */
export function outcomeOf(report: Report, rejectsTolerated: number): Outcome {
  if (report.cancelledAt !== undefined) return isFinished(report) ? "cancelled" : "in progress";
  if (report.parked !== undefined) return "parked";
  if (!isFinished(report)) return "in progress";
  if (report.reading.end?.again !== undefined) return "run again";
  if (hasFailed(report, rejectsTolerated)) return "failed";
  return report.reading.dryRun ? "dry run" : "delivered";
}
