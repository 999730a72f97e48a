/** Holds the reports of a simulated world against its ledger. */

import type { Committed, Ledger } from "./ledger";
import type { StoredReport } from "./stored-reports";

/**
 * @param committed by the delivery of the report
 * @param isRefused whether Heap takes no record of this identity
 * @returns what does not add up, a sentence each
 */
export function problemsOf(
  report: StoredReport,
  committed: readonly Committed[],
  ledger: Ledger,
  isRefused: (identity: string) => boolean,
): string[] {
  const { id, rows, users, unchanged, sent, refused, dropped, outcome } = report;
  const problems: string[] = [];
  const holds = (isTrue: boolean, text: string) => {
    if (!isTrue) problems.push(`${text} does not hold: ${JSON.stringify(report)}`);
  };
  const records = committed.flatMap((each) => (each.isCancelled ? [] : each.records));
  const refusable = records.filter(({ identity }) => isRefused(identity)).length;
  holds(rows === committed.reduce((sum, each) => sum + each.rows, 0), "rows = rows committed");
  holds(rows >= (ledger.acknowledged.get(id) ?? 0), "rows >= rows acknowledged");
  holds(users + unchanged === records.length, `users + unchanged = ${records.length} users committed`);
  holds(sent + refused + dropped === users, "sent + refused + dropped = users");
  holds(ledger.given.get(id)?.result.sync === "changed" || unchanged === 0, "unchanged = 0");
  holds(report.finishedAt !== null, "it has ended");
  if (report.cancelledAt === null) {
    holds(!ledger.cancelled.has(id), "what was cancelled stays cancelled");
    holds(refused === refusable && dropped === 0, `refused = ${refusable}, and nothing dropped`);
    holds(outcome !== "cancelled", "the outcome is not that it was cancelled");
  } else {
    holds(ledger.asked.has(id), "somebody cancelled it");
    holds(refused <= refusable && sent <= records.length - refusable, `at most ${refusable} were refused`);
    holds(outcome === "cancelled", "the outcome is that it was cancelled");
  }
  return problems;
}
