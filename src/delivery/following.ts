/** Tells the deliveries under way what becomes of their batches, and how Heap takes what is for their environment. */

import { type LoggedBatch, logName } from "../batches";
import type { HealthState, SendingEvents } from "../sending";
import type { Delivery } from "./delivery";
import type { Observer } from "./observer";

/** @param deliveries those under way, by id: as they are at any time */
export function follow(deliveries: ReadonlyMap<string, Delivery>, observe: Observer): SendingEvents {
  const of = (batch: LoggedBatch) => deliveries.get(batch.delivery);
  return {
    sent: (batch, users) => of(batch)?.sent(users),
    refused: (batch, reject) => of(batch)?.refused(reject),
    dropped: (batch, users) => of(batch)?.dropped(users),
    finished(batch, { sent, refusals }) {
      observe({ is: "through", environment: batch.environment, sent, refused: refusals.length });
      of(batch)?.batchFinished();
    },
    answered(batch, request) {
      observe({ is: "request", delivery: of(batch), environment: batch.environment, ...request });
      of(batch)?.answered(request.answer, request.next, request.milliseconds);
    },
    unsent: (batch, error) =>
      observe({ is: "unsent", delivery: of(batch), environment: batch.environment, error }),
    health(environment, state) {
      observe({ is: "health", environment, state });
      const name = logName(environment);
      for (const delivery of deliveries.values()) {
        const { reading, environment: other } = delivery.report;
        if (!reading.dryRun && logName(other) === name) changeHealth(delivery, state, observe);
      }
    },
  };
}

export function changeHealth(delivery: Delivery, state: HealthState, observe: Observer): void {
  const wasParked = delivery.report.parked !== undefined;
  delivery.health(state);
  if (wasParked || state.parked === undefined) return;
  observe({ is: "parked", delivery, isLate: delivery.wasToldSuccess });
}
