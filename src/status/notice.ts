/** What is told of a delivery that went wrong: numbers and ids, no title, and nothing that was read. */

import type { ObservedDelivery, ObservedEvent } from "../delivery";

/** The JSON that is posted. `text` alone is what Slack and its like show. */
export interface Notice {
  text: string;
  outcome: "failed" | "parked";
  /** Looker had been told success. */
  late: boolean;
  delivery: string;
  /** Heap's id. */
  environment: string;
  type: "user" | "account";
  rows: number;
  users: number;
  sent: number;
  unchanged: number;
  /** Rows left out by rule. */
  skipped: number;
  /** Rows that can't be sent. */
  rejected: number;
  /** Users that are still to be sent. */
  waiting: number;
  link?: string;
}

/** @returns undefined when there is nothing to tell */
export function noticeOf(
  event: ObservedEvent,
  linkTo: (delivery: string) => string | undefined,
): Notice | undefined {
  if (event.is === "parked") return newNotice(event.delivery, "parked", event.isLate, linkTo);
  if (event.is !== "ended" || event.outcome !== "failed") return undefined;
  return newNotice(event.delivery, "failed", event.isLate, linkTo);
}

function newNotice(
  { id, report }: ObservedDelivery,
  outcome: Notice["outcome"],
  late: boolean,
  linkTo: (delivery: string) => string | undefined,
): Notice {
  const { environment, type, reading, sent, refused } = report;
  const { rows, users, unchanged, skippedNoIdentity, skippedNoProperties } = reading;
  const rejected = reading.rejected + refused;
  const counts = { rows, users, sent, unchanged, skipped: skippedNoIdentity + skippedNoProperties, rejected };
  const link = linkTo(id);
  const afterSuccess = late ? " after Looker had been told success" : "";
  const what = outcome === "parked" ? "is parked, as Heap does not know this environment" : "failed";
  const numbers =
    `${number(sent)} of ${number(users)} ${type}s sent, ${number(rejected)} ${rejected === 1 ? "row" : "rows"} ` +
    `rejected, ${number(rows)} rows read.`;
  const sentence = `A delivery to Heap environment ${environment.id} ${what}${afterSuccess}: ${numbers}`;
  return {
    text: link === undefined ? `${sentence} Its id is ${id}.` : `${sentence} ${link}`,
    outcome,
    late,
    delivery: id,
    environment: environment.id,
    type,
    ...counts,
    waiting: reading.dryRun ? 0 : Math.max(users - sent - refused, 0),
    ...(link !== undefined && { link }),
  };
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
