/** A delivery as JSON, for scripts. */

import type { KeptDelivery } from "../outbox";
import { factsOf, nounOf } from "../report";
import { countsOf } from "./counts";

/** @param nameOf the name of an environment, where it has one */
export function deliveryJson(view: KeptDelivery, nameOf: (id: string) => string | undefined): object {
  const { id, origin, outcome, startedAt, finishedAt, report } = view;
  return {
    id,
    title: origin.title ?? null,
    looker: origin.looker ?? null,
    webhook: origin.webhook ?? null,
    environment: report.environment.id,
    type: nounOf(report),
    dryRun: report.asked.dryRun,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: finishedAt === undefined ? null : new Date(finishedAt).toISOString(),
    outcome,
    ...countsOf(report),
    dropped: report.dropped,
    facts: factsOf(report, { quoting: true, nameOf }),
  };
}
