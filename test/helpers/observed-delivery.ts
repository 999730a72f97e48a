/** A delivery as observers see it. */

import type { ObservedDelivery } from "../../src/delivery";
import { newReading, type Reading, type Report } from "../../src/report/report";

/** @param reading what has been read of it, beside nothing */
export function observedDelivery(
  id: string,
  reading: Partial<Reading> = {},
  report: Partial<Report> = {},
): ObservedDelivery {
  return {
    id,
    origin: { looker: "looker-1", webhook: "webhook-1" },
    linkKey: undefined,
    report: {
      environment: { id: "123", host: "http://heap" },
      kind: "user",
      reading: { ...newReading({ dryRun: false, longValues: "truncate", sync: "all" }), ...reading },
      sent: 0,
      refused: 0,
      refusals: [],
      dropped: 0,
      ...report,
    },
  };
}
