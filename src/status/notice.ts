/** What is told of a delivery that went wrong: numbers and ids, no title, and nothing that was read. */

import { number } from "../amounts";
import type { ObservedDelivery, ObservedEvent } from "../delivery";
import type { Kind } from "../heap";
import { nounOf } from "../report";
import { type Counts, countsOf } from "./counts";

/** The JSON that is posted. `text` alone is what Slack and its like show. */
export interface Notice extends Counts {
  text: string;
  outcome: "failed" | "parked";
  /** Looker had been told success. */
  late: boolean;
  delivery: string;
  /** Heap's id. */
  environment: string;
  type: Kind["noun"];
  link?: string;
}

/** @returns undefined when there is nothing to tell */
export function noticeOf(
  event: ObservedEvent,
  linkTo: (delivery: ObservedDelivery) => string | undefined,
): Notice | undefined {
  if (event.is === "parked") return newNotice(event.delivery, "parked", event.isLate, linkTo);
  if (event.is !== "ended" || event.delivery.outcome !== "failed") return undefined;
  return newNotice(event.delivery, "failed", event.isLate, linkTo);
}

function newNotice(
  delivery: ObservedDelivery,
  outcome: Notice["outcome"],
  late: boolean,
  linkTo: (delivery: ObservedDelivery) => string | undefined,
): Notice {
  const { id, report } = delivery;
  const { environment } = report;
  const type = nounOf(report);
  const counts = countsOf(report);
  const { rows, users, sent, rejected } = counts;
  const link = linkTo(delivery);
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
    ...(link !== undefined && { link }),
  };
}
