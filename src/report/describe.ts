/** Puts a report into the sentences that the person in Looker reads. */

import { count, number } from "../amounts";
import { MAX_VALUE_LENGTH } from "../heap";
import { isFinished, nounOf, type Report } from "./report";

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
 * @param quoting whether what Looker and Heap said is repeated: it may hold personal data
 */
export function describe(report: Report, rejectsTolerated: number, quoting = true): Reply {
  return {
    success: !hasFailed(report, rejectsTolerated),
    message: sentencesOf(report, quoting).join(" "),
  };
}

/** What the reply says, sentence by sentence. */
export function sentencesOf(report: Report, quoting: boolean): string[] {
  const sentences = [
    rerun(report),
    problem(report, quoting),
    lead(report),
    unchanged(report),
    ...skipped(report),
    rejects(report, quoting),
    ...longValues(report),
    ...columns(report),
    ...fromLooker(report, quoting),
    again(report),
  ];
  return sentences.filter((sentence) => sentence !== "");
}

/** Whether a delivery counts as failed, as far as it has come. @param rejectsTolerated as for `describe` */
export function hasFailed(report: Report, rejectsTolerated: number): boolean {
  const { read, end, health, cancelledAt } = report;
  if (cancelledAt !== undefined) return true;
  const isStopped = end?.problem !== undefined || health.parked !== undefined || onlyErrors(report);
  return isStopped || rejectedRows(report) * 100 > rejectsTolerated * read.rows;
}

function rejectedRows(report: Report): number {
  return report.read.rejected + report.refused;
}

/** Looker's errors and no row: the query itself failed. */
function onlyErrors({ read, end }: Report): boolean {
  return read.rows === 0 && (end?.messages ?? []).some((message) => !isNote(message));
}

function isNote(message: string): boolean {
  return /^\s*note\b/i.test(message);
}

/** Why the query was run again, and whose eyes it was seen with. */
function rerun({ asked }: Report): string {
  if (!asked.rerun) return "";
  const { rows, problem, as } = asked.rerun;
  return (
    `Looker's result was not read to its end the first time, interrupted after ${count(rows, "row")}: ${problem}. ` +
    `The query was run again over Looker's API, as ${as}.`
  );
}

function problem(report: Report, quoting: boolean): string {
  const { end, health } = report;
  const { rows } = report.read;
  if (report.cancelledAt !== undefined) {
    return `This delivery was cancelled after ${count(rows, "row")} had been read.`;
  }
  if (health.parked !== undefined) {
    return (
      `Heap does not know environment ${report.environment.id} (it answered ${health.parked} to everything), ` +
      "so this delivery is parked: it is kept, and tried again every 15 minutes. Check the environment ID under " +
      "Projects in Heap."
    );
  }
  if (onlyErrors(report)) {
    return quoting
      ? `Looker could not run the query: ${list(end?.messages ?? [])}.`
      : "Looker could not run the query.";
  }
  if (end?.problem === undefined) return "";
  const said = quoting && end.said !== undefined ? ` (${end.said})` : "";
  return `Looker's result was not read to its end, interrupted after ${count(rows, "row")}: ${end.problem}${said}.`;
}

function lead(report: Report): string {
  const { read, end, asked, health, sent } = report;
  const noun = nounOf(report);
  const where = `to Heap environment ${report.environment.id}`;
  if (onlyErrors(report)) return "Nothing was sent.";
  if (read.users === 0 && read.unchanged > 0)
    return `Nothing has changed for Heap environment ${report.environment.id}.`;
  if (asked.dryRun) return `Dry run: ${count(read.users, noun)} would be sent ${where}. Nothing was sent.`;
  if (read.users === 0) {
    return read.rows === 0 && end?.problem === undefined
      ? `The result has no rows, so nothing was sent ${where}.`
      : `Nothing was sent ${where}.`;
  }
  if (health.parked !== undefined && sent === 0) return "Nothing was sent.";
  const { dropped } = report;
  if (isFinished(report)) {
    const rest = dropped === 0 ? "" : ` ${count(dropped, noun)} that waited ${were(dropped)} not sent.`;
    return `Sent ${count(sent, noun)} ${where}.${rest}`;
  }
  const soFar = `${number(sent)} of ${count(read.users, noun)} sent ${where} so far`;
  if (health.parked !== undefined || report.cancelledAt !== undefined) return `${soFar}.`;
  const down =
    health.downSince === undefined
      ? ""
      : ` Heap has taken nothing since ${new Date(health.downSince).toISOString()}; it is tried until it does.`;
  return `Accepted: ${soFar}, the rest follows.${down}`;
}

function unchanged(report: Report): string {
  const { unchanged } = report.read;
  if (unchanged === 0) return "";
  return `${count(unchanged, nounOf(report))} ${were(unchanged)} unchanged and not sent again.`;
}

function skipped({ read }: Report): string[] {
  const identity = read.columns.find((column) => column.isIdentity);
  const named = identity ? `no value in ${identity.label}` : "no identity";
  const sentence = (rows: number, had: string) =>
    rows === 0 ? "" : `${count(rows, "row")} had ${had} and ${were(rows)} skipped.`;
  return [sentence(read.skippedNoIdentity, named), sentence(read.skippedNoProperties, "nothing to send")];
}

function rejects(report: Report, quoting: boolean): string {
  const all = rejectedRows(report);
  if (all === 0) return "";
  if (!quoting) return `${count(all, "row")} ${were(all)} rejected.`;
  const byRow = [...report.read.rejects, ...report.refusals].sort((one, other) => one.row - other.row);
  const named = byRow.slice(0, NAMED);
  const rest = all > named.length ? [`${number(all - named.length)} more`] : [];
  const rows = named.map((reject) => `row ${number(reject.row)} (${reject.reason})`);
  return `${count(all, "row")} ${were(all)} rejected: ${list([...rows, ...rest])}.`;
}

function longValues({ asked, read }: Report): string[] {
  const what = asked.longValues === "drop" ? "left out" : "cut";
  return Object.entries(read.longValueCounts).map(
    ([column, values]) =>
      `${count(values, "value")} of ${column} ${were(values)} longer than ${MAX_VALUE_LENGTH} characters and ` +
      `${were(values)} ${what}.`,
  );
}

function columns({ read }: Report): string[] {
  const told = read.columns.flatMap((column) =>
    column.tell && column.note !== undefined ? [column.note] : [],
  );
  const more = told.length - NAMED;
  return [...told.slice(0, NAMED), more > 0 ? `${count(more, "more column")} changed or left out.` : ""];
}

function fromLooker(report: Report, quoting: boolean): string[] {
  const { end } = report;
  if (!end) return [];
  const truncated = end.truncated
    ? "Looker left rows out of this result because of the query's row limit: raise the limit to send them all."
    : "";
  const said = onlyErrors(report) || !quoting ? [] : end.messages;
  return [truncated, said.length > 0 ? `Looker says: ${list(said.slice(0, NAMED))}.` : ""];
}

/** Whoever cancelled it knows whether it is to be sent again. */
function again({ end, cancelledAt }: Report): string {
  if (end?.problem === undefined || cancelledAt !== undefined) return "";
  return end.again === undefined
    ? "Send it again from Looker: what is sent twice does no harm."
    : "The query was run again over Looker's API, as a delivery of its own.";
}

function list(parts: readonly string[]): string {
  return parts.map((part) => part.trim().replace(/\.$/, "")).join(", ");
}

function were(amount: number): string {
  return amount === 1 ? "was" : "were";
}
