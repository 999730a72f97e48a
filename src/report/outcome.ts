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

/**
 * @param rejectsTolerated percent of the rows
 * @param isOver whether nothing is left to do
 */
export function outcomeOf(
  report: Report,
  rejectsTolerated: number,
  isOver: boolean = isFinished(report),
): Outcome {
  const { end, cancelledAt, health, asked } = report;
  if (end?.isRefused) return "refused";
  if (cancelledAt !== undefined) return isOver ? "cancelled" : "in progress";
  if (!isOver) return health.parked === undefined ? "in progress" : "parked";
  if (end?.again !== undefined) return "run again";
  if (hasFailed(report, rejectsTolerated)) return "failed";
  return asked.dryRun ? "dry run" : "delivered";
}
