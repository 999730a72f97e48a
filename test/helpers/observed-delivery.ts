/** A delivery as observers see it. */

import type { KeptDelivery } from "../../src/outbox";
import { nothingRead, type Read, type Report } from "../../src/report/report";

/** @param read of it, beside nothing */
export function observedDelivery(
  id: string,
  read: Partial<Read> = {},
  report: Partial<Report> = {},
  more: Partial<KeptDelivery> = {},
): KeptDelivery {
  return {
    id,
    origin: { looker: "looker-1", webhook: "webhook-1" },
    startedAt: Date.UTC(2025, 0, 1),
    outcome: "in progress",
    trace: { events: [], pace: { startedAt: 0, stepMs: 1000, users: [], answers: [], answerMs: [] } },
    report: {
      environment: { id: "123", host: "http://heap" },
      kind: "user",
      asked: { dryRun: false, longValues: "truncate", sync: "all" },
      read: { ...nothingRead(), ...read },
      health: {},
      sent: 0,
      refused: 0,
      refusals: [],
      dropped: 0,
      ...report,
    },
    ...more,
  };
}
