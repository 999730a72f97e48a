/** What there is to say of a report: facts, each with a code for scripts and a sentence for the person in Looker. */

import { count, number } from "../amounts";
import { KINDS, MAX_VALUE_LENGTH } from "../heap";
import { isFinished, nounOf, type Report, waitingUsers } from "./report";

export interface Reply {
  success: boolean;
  message: string;
}

/** Most rejects, columns and messages that are named one by one. */
const NAMED = 5;

/** What a fact is of. Scripts go by it: a code that has been released never changes. */
export const FACT_CODES = [
  ...(["cancelled", "parked", "query_failed", "interrupted", "run_again"] as const),
  ...(["sent", "accepted", "dry_run", "nothing_sent", "nothing_changed", "no_rows"] as const),
  ...([
    "heaps_limit",
    "held_up",
    "truncated",
    "rejected",
    "new_environment",
    "long_values",
    "column",
  ] as const),
  ...(["unchanged", "no_identity", "no_name", "no_properties", "looker_says", "send_again"] as const),
] as const;

type FactCode = (typeof FACT_CODES)[number];

export interface Fact {
  code: FactCode;
  /** Whole sentences. */
  text: string;
}

export interface Telling {
  /** Whether what Looker and Heap said is repeated: it may hold personal data. */
  quoting: boolean;
  /** The name of an environment, where it has one. */
  nameOf(environmentId: string): string | undefined;
}

/**
 * The reply for a report. Success: the document was whole and everything in it was delivered or skipped by rule,
 * or is on its way.
 * @param rejectsTolerated percent of the rows that may be rejects without the delivery counting as failed
 */
export function describe(report: Report, rejectsTolerated: number, nameOf: Telling["nameOf"]): Reply {
  const facts = factsOf(report, { quoting: true, nameOf });
  return {
    success: !hasFailed(report, rejectsTolerated),
    message: facts.map(({ text }) => text).join(" "),
  };
}

/** In the order of their weight: why it failed, what was sent, what is missing, and what else there is to know. */
export function factsOf(report: Report, telling: Telling): Fact[] {
  return [
    ...problem(report, telling),
    ...rerun(report),
    ...lead(report, telling),
    ...heapsLimit(report),
    ...heldUp(report),
    ...truncated(report),
    ...rejects(report, telling),
    ...newEnvironment(report, telling),
    ...longValues(report),
    ...columns(report),
    ...unchanged(report),
    ...skipped(report),
    ...lookerSays(report, telling),
    ...again(report),
  ];
}

/** "Production (123)", or "123" where it has no name. */
function environmentOf({ environment: { id } }: Report, { nameOf }: Telling): string {
  const name = nameOf(id);
  return name === undefined ? id : `${name} (${id})`;
}

function fact(code: FactCode, text: string): Fact[] {
  return [{ code, text }];
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
function rerun({ asked }: Report): Fact[] {
  if (!asked.rerun) return [];
  const { rows, problem, as } = asked.rerun;
  return fact(
    "run_again",
    `Looker's result was not read to its end the first time, interrupted after ${count(rows, "row")}: ${problem}. ` +
      `The query was run again over Looker's API, as ${as}.`,
  );
}

function problem(report: Report, telling: Telling): Fact[] {
  const { end, health } = report;
  const { rows } = report.read;
  if (report.cancelledAt !== undefined) {
    return fact("cancelled", `This delivery was cancelled after ${count(rows, "row")} had been read.`);
  }
  if (health.parked !== undefined) {
    return fact(
      "parked",
      `Heap does not know environment ${environmentOf(report, telling)} (it answered ${health.parked} to everything), ` +
        "so this delivery is parked: it is kept, and tried again every 15 minutes. Check the environment ID under " +
        "Projects in Heap.",
    );
  }
  if (onlyErrors(report)) {
    const said = telling.quoting ? `: ${list(end?.messages ?? [])}` : "";
    return fact("query_failed", `Looker could not run the query${said}.`);
  }
  if (end?.problem === undefined) return [];
  const said = telling.quoting && end.said !== undefined ? ` (${end.said})` : "";
  return fact(
    "interrupted",
    `Looker's result was not read to its end, interrupted after ${count(rows, "row")}: ${end.problem}${said}.`,
  );
}

function lead(report: Report, telling: Telling): Fact[] {
  const { read, end, asked, health, sent } = report;
  const noun = nounOf(report);
  const environment = environmentOf(report, telling);
  const where = `to Heap environment ${environment}`;
  if (onlyErrors(report)) return fact("nothing_sent", "Nothing was sent.");
  if (read.users === 0 && read.unchanged > 0)
    return fact("nothing_changed", `Nothing has changed for Heap environment ${environment}.`);
  if (asked.dryRun)
    return fact("dry_run", `Dry run: ${count(read.users, noun)} would be sent ${where}. Nothing was sent.`);
  if (read.users === 0) {
    return read.rows === 0 && end?.problem === undefined
      ? fact("no_rows", `The result has no rows, so nothing was sent ${where}.`)
      : fact("nothing_sent", `Nothing was sent ${where}.`);
  }
  if (health.parked !== undefined && sent === 0) return fact("nothing_sent", "Nothing was sent.");
  const { dropped } = report;
  if (isFinished(report)) {
    const rest = dropped === 0 ? "" : ` ${count(dropped, noun)} that waited ${were(dropped)} not sent.`;
    return fact("sent", `Sent ${count(sent, noun)} ${where}.${rest}`);
  }
  const soFar = `${number(sent)} of ${count(read.users, noun)} sent ${where} so far`;
  if (health.parked !== undefined || report.cancelledAt !== undefined) return fact("sent", `${soFar}.`);
  const down =
    health.downSince === undefined
      ? ""
      : ` Heap has taken nothing since ${new Date(health.downSince).toISOString()}; it is tried until it does.`;
  return fact("accepted", `Accepted: ${soFar}, the rest follows.${down}`);
}

/** How long it takes at best, where Heap takes no more than so many in a minute. */
function heapsLimit(report: Report): Fact[] {
  const { perMinute } = KINDS[report.kind];
  const waiting = waitingUsers(report);
  if (!perMinute || isStuck(report) || waiting <= perMinute.environment) return [];
  const minutes = Math.round(waiting / perMinute.environment);
  return fact(
    "heaps_limit",
    `What is left takes about ${count(minutes, "minute")}, at Heap's limit of ${count(perMinute.environment, nounOf(report))} a ` +
      "minute for an environment.",
  );
}

/** Nothing goes out, for a reason that is told of by itself. */
function isStuck({ health, cancelledAt }: Report): boolean {
  return health.parked !== undefined || health.downSince !== undefined || cancelledAt !== undefined;
}

/** Why nothing of it goes out, though Heap takes what comes. */
function heldUp(report: Report): Fact[] {
  if (!report.isHeldUp || isStuck(report) || waitingUsers(report) === 0) return [];
  return fact("held_up", `It waits for ${nounOf(report)}s that an earlier delivery is still sending.`);
}

function unchanged(report: Report): Fact[] {
  const { unchanged } = report.read;
  if (unchanged === 0) return [];
  return fact(
    "unchanged",
    `${count(unchanged, nounOf(report))} ${were(unchanged)} unchanged and not sent again.`,
  );
}

function skipped({ read }: Report): Fact[] {
  const identity = read.columns.find((column) => column.isIdentity);
  const named = identity ? `no value in ${identity.label}` : "no identity";
  const had = (code: FactCode, rows: number, what: string) =>
    rows === 0 ? [] : fact(code, `${count(rows, "row")} had ${what} and ${were(rows)} skipped.`);
  return [
    ...had("no_identity", read.skippedNoIdentity, named),
    ...had("no_name", read.skippedNoName ?? 0, "no name for an event"),
    ...had("no_properties", read.skippedNoProperties, "nothing to send"),
  ];
}

function rejects(report: Report, { quoting }: Telling): Fact[] {
  const all = rejectedRows(report);
  if (all === 0) return [];
  if (!quoting) return fact("rejected", `${count(all, "row")} ${were(all)} rejected.`);
  const byRow = [...report.read.rejects, ...report.refusals].sort((one, other) => one.row - other.row);
  const named = byRow.slice(0, NAMED);
  const rest = all > named.length ? [`${number(all - named.length)} more`] : [];
  const rows = named.map((reject) => `row ${number(reject.row)} (${reject.reason})`);
  return fact("rejected", `${count(all, "row")} ${were(all)} rejected: ${list([...rows, ...rest])}.`);
}

/**
 * Heap takes a number that is nobody's environment without a word. Nothing to say of one that the operator has named, nor
 * where nothing was sent.
 */
function newEnvironment(report: Report, { nameOf }: Telling): Fact[] {
  const { environment, asked, read, sent, health } = report;
  if (!report.isNewEnvironment || nameOf(environment.id) !== undefined) return [];
  if (asked.dryRun || health.parked !== undefined || (isFinished(report) ? sent : read.users) === 0)
    return [];
  return fact(
    "new_environment",
    `This hub has not sent to Heap environment ${environment.id} before, and Heap accepts any number: ` +
      `check that the ${nounOf(report)}s show up there.`,
  );
}

function longValues({ asked, read }: Report): Fact[] {
  const what = asked.longValues === "drop" ? "left out" : "cut";
  return Object.entries(read.longValueCounts).flatMap(([column, values]) =>
    fact(
      "long_values",
      `${count(values, "value")} of ${column} ${were(values)} longer than ${asked.maxValueLength ?? MAX_VALUE_LENGTH} characters and ` +
        `${were(values)} ${what}.`,
    ),
  );
}

/** Where nothing was to be sent for another reason, what would have become of a column is beside the point. */
function columns(report: Report): Fact[] {
  const { read } = report;
  if (read.rows === 0) return [];
  const told = read.columns.flatMap((column) =>
    column.tell && column.note !== undefined ? [column.note] : [],
  );
  const more = told.length - NAMED;
  const rest = more > 0 ? [`${count(more, "more column")} changed or left out.`] : [];
  return [...told.slice(0, NAMED), ...rest].flatMap((text) => fact("column", text));
}

function truncated({ end }: Report): Fact[] {
  if (!end?.truncated) return [];
  return fact(
    "truncated",
    "Looker left rows out of this result because of the query's row limit: raise the limit to send them all.",
  );
}

function lookerSays(report: Report, { quoting }: Telling): Fact[] {
  const said = onlyErrors(report) || !quoting ? [] : (report.end?.messages ?? []);
  return said.length === 0 ? [] : fact("looker_says", `Looker says: ${list(said.slice(0, NAMED))}.`);
}

/** Whoever cancelled it knows whether it is to be sent again. */
function again({ end, cancelledAt }: Report): Fact[] {
  if (end?.problem === undefined || cancelledAt !== undefined) return [];
  return end.again === undefined
    ? fact("send_again", "Send it again from Looker: what is sent twice does no harm.")
    : fact("run_again", "The query was run again over Looker's API, as a delivery of its own.");
}

function list(parts: readonly string[]): string {
  return parts.map((part) => part.trim().replace(/\.$/, "")).join(", ");
}

function were(amount: number): string {
  return amount === 1 ? "was" : "were";
}
