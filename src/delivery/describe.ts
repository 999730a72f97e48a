/** Puts a report into the sentences that the person in Looker reads. */

import { MAX_VALUE_LENGTH } from "../heap";
import { isFinished, type Report } from "./report";

export interface Reply {
  success: boolean;
  message: string;
}

/** Most rejects, columns and messages that are named one by one. */
const NAMED = 5;

/**
 * The reply for a report. Success: the document was whole and everything in it was delivered or skipped by rule,
 * or is on its way.
 * @param rejectsTolerated percent of the rows that may be rejects without the delivery counting as failed
 */
export function describe(report: Report, rejectsTolerated: number): Reply {
  const failed =
    report.reading?.problem !== undefined ||
    onlyErrors(report) ||
    report.parked !== undefined ||
    report.rejected * 100 > rejectsTolerated * report.rows;
  const sentences = [
    problem(report),
    lead(report),
    ...skipped(report),
    rejects(report),
    ...longValues(report),
    ...columns(report),
    ...fromLooker(report),
  ];
  return { success: !failed, message: sentences.filter((sentence) => sentence !== "").join(" ") };
}

/** Looker's errors and no row: the query itself failed. */
function onlyErrors(report: Report): boolean {
  return report.rows === 0 && (report.reading?.messages ?? []).some((message) => !isNote(message));
}

function isNote(message: string): boolean {
  return /^\s*note\b/i.test(message);
}

function problem(report: Report): string {
  if (report.parked !== undefined) {
    return (
      `Heap does not know environment ${report.environment.id} (it answered ${report.parked} to everything), ` +
      "so this delivery is parked. Check the environment ID under Projects in Heap."
    );
  }
  if (onlyErrors(report)) return `Looker could not run the query: ${list(report.reading?.messages ?? [])}.`;
  const reason = report.reading?.problem;
  if (reason === undefined) return "";
  return `Looker's result is not complete: ${reason}. ${count(report.rows, "row")} had been read.`;
}

function lead(report: Report): string {
  const where = `to Heap environment ${report.environment.id}`;
  if (onlyErrors(report)) return "Nothing was sent.";
  if (report.dryRun) {
    return `Dry run: ${count(report.users, report.type)} would be sent ${where}. Nothing was sent.`;
  }
  if (report.users === 0) {
    return report.rows === 0 && report.reading?.problem === undefined
      ? `The result has no rows, so nothing was sent ${where}.`
      : `Nothing was sent ${where}.`;
  }
  if (report.parked !== undefined && report.sent === 0) return "Nothing was sent.";
  if (isFinished(report)) return `Sent ${count(report.sent, report.type)} ${where}.`;
  const soFar = `${number(report.sent)} of ${count(report.users, report.type)} sent ${where} so far`;
  return report.parked === undefined ? `Accepted: ${soFar}, the rest follows.` : `${soFar}.`;
}

function skipped(report: Report): string[] {
  const identity = report.columns.find((column) => column.isIdentity);
  const named = identity ? `no value in ${identity.label}` : "no identity";
  return [
    report.skippedNoIdentity > 0
      ? `${count(report.skippedNoIdentity, "row")} had ${named} and ${were(report.skippedNoIdentity)} skipped.`
      : "",
    report.skippedNoProperties > 0
      ? `${count(report.skippedNoProperties, "row")} had nothing to send and ${were(report.skippedNoProperties)} skipped.`
      : "",
  ];
}

function rejects(report: Report): string {
  if (report.rejected === 0) return "";
  const named = report.rejects
    .slice(0, NAMED)
    .map((reject) => `row ${number(reject.row)} (${reject.reason})`);
  const more = report.rejected - named.length;
  const rest = more > 0 ? [`${number(more)} more`] : [];
  return `${count(report.rejected, "row")} ${were(report.rejected)} rejected: ${list([...named, ...rest])}.`;
}

function longValues(report: Report): string[] {
  const what = report.longValues === "drop" ? "left out" : "cut";
  return [...report.longValueCounts].map(
    ([column, values]) =>
      `${count(values, "value")} of ${column} ${were(values)} longer than ${MAX_VALUE_LENGTH} characters and ` +
      `${were(values)} ${what}.`,
  );
}

function columns(report: Report): string[] {
  const told = report.columns.flatMap((column) =>
    column.tell && column.note !== undefined ? [column.note] : [],
  );
  const more = told.length - NAMED;
  return [...told.slice(0, NAMED), more > 0 ? `${count(more, "more column")} changed or left out.` : ""];
}

function fromLooker(report: Report): string[] {
  const { reading } = report;
  if (!reading) return [];
  const truncated = reading.truncated
    ? "Looker left rows out of this result because of the query's row limit: raise the limit to send them all."
    : "";
  const said = report.rows > 0 || !onlyErrors(report) ? reading.messages : [];
  return [truncated, said.length > 0 ? `Looker says: ${list(said.slice(0, NAMED))}.` : ""];
}

function list(parts: readonly string[]): string {
  return parts.map((part) => part.trim().replace(/\.$/, "")).join(", ");
}

function were(amount: number): string {
  return amount === 1 ? "was" : "were";
}

function count(amount: number, noun: string): string {
  return `${number(amount)} ${noun}${amount === 1 ? "" : "s"}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
