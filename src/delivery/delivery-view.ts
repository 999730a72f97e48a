/** A delivery as it is looked at: what is kept of it, brought up to date where it is under way. */

import type { Archive, KeptDelivery } from "../outbox";
import type { Outcome } from "../report";
import { NAMED_REJECTS, type Origin, type Report, Trace, type TraceData } from "../report";
import type { Delivery } from "./delivery";

export interface DeliveryView {
  id: string;
  origin: Origin;
  /** Opens its page without a sign-in; absent: nothing does. */
  linkKey?: string;
  /** In milliseconds since 1970. */
  startedAt: number;
  /** In milliseconds since 1970; absent while something is left to do. */
  finishedAt?: number;
  outcome: Outcome;
  report: Report;
  trace: TraceData;
}

/** @param live the delivery, when it is under way */
export function viewOf(kept: KeptDelivery, live: Delivery | undefined): DeliveryView {
  const { id, origin, linkKey, startedAt, finishedAt, outcome } = kept;
  const common = { id, origin, startedAt, ...(linkKey !== undefined && { linkKey }) };
  if (live) return { ...common, outcome: live.outcome, report: live.report, trace: live.trace };
  return {
    ...common,
    ...(finishedAt !== undefined && { finishedAt }),
    outcome,
    report: reportOf(kept),
    trace: kept.trace ?? new Trace().data,
  };
}

/** Names what Heap refused, which a report that is over does not hold any more. */
export function withRefusals(view: DeliveryView, archive: Archive): DeliveryView {
  const { report } = view;
  if (report.refused === 0 || report.refusals.length > 0) return view;
  const refusals = archive.refusals(view.id, NAMED_REJECTS).map(({ row, reason }) => ({ row, reason }));
  return { ...view, report: { ...report, refusals } };
}

function reportOf({ environment, kind, reading, sent, refused, dropped, cancelledAt }: KeptDelivery): Report {
  const report = { environment, kind, reading, sent, refused, refusals: [], dropped };
  return cancelledAt === undefined ? report : { ...report, cancelledAt };
}
