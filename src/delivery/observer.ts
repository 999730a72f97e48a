/** The one hook for whoever watches deliveries: metrics, notices and the log. Never called by the row. */

import type { Answer, Environment } from "../heap";
import type { KeptDelivery } from "../outbox";
import type { HealthState, Origin, ReadCounts } from "../report";
import type { Verdict } from "../sending";

/** A delivery as an observer sees it. Its rejects and messages quote what was read. */
export type ObservedDelivery = Pick<KeptDelivery, "id" | "origin" | "linkKey" | "report">;

/** By what a delivery is known, here and in Looker. */
export type DeliveryIds = Pick<KeptDelivery, "id" | "origin">;

/** Why an execute was refused: nothing of it is or will be sent. */
export type RefusalReason =
  | "token"
  | "guesses"
  | "request"
  | "size"
  | "busy"
  | "form"
  | "stopping"
  | "outbox";

export type ObservedEvent =
  | { is: "started"; delivery: ObservedDelivery }
  /** A hub before this one left it unfinished, or what Heap refused of it is to be sent again. */
  | { is: "resumed"; delivery: ObservedDelivery }
  | { is: "refused"; reason: RefusalReason; origin?: Origin; fields?: readonly string[] }
  /** A checkpoint is on the disk; `counts` says what has come since the one before. */
  | {
      is: "read";
      delivery: DeliveryIds;
      counts: ReadCounts;
      batches: number;
      /** The reading has ended. */
      isLast: boolean;
    }
  /** Looker has its reply; `isEarly`: while users were still to be sent. */
  | { is: "answered"; delivery: ObservedDelivery; success: boolean; isEarly: boolean }
  /** Heap does not know its environment. `isLate`: Looker had been told success. */
  | { is: "parked"; delivery: ObservedDelivery; isLate: boolean }
  /** Nothing of it is left to do. `isLate`: Looker had been told success before. */
  | {
      is: "ended";
      delivery: KeptDelivery;
      isLate: boolean;
      /** Since it started, or was resumed to send again what Heap had refused. */
      milliseconds: number;
    }
  /** A request to Heap has ended. */
  | {
      is: "request";
      delivery: DeliveryIds;
      environment: Environment;
      users: number;
      answer: Answer;
      milliseconds: number;
      /** What follows from the answer. */
      next: Verdict["do"];
    }
  /** A request to Heap could not be made, by an error of ours: it is made later. */
  | { is: "unsent"; delivery: DeliveryIds; environment: Environment; error: unknown }
  /** A batch is done: Heap has it, or has refused some of its users for good. */
  | { is: "done"; delivery: DeliveryIds; environment: Environment; sent: number; refused: number }
  | { is: "health"; environment: Environment; state: HealthState };

/** Returns at once: a delivery never waits for it. */
export type Observer = (event: ObservedEvent) => void;

/** Tells several; what goes wrong in one touches neither the others nor a delivery. */
export function tellAll(observers: readonly Observer[], onError: (error: unknown) => void): Observer {
  return (event) => {
    for (const observe of observers) {
      try {
        observe(event);
      } catch (error) {
        onError(error);
      }
    }
  };
}
