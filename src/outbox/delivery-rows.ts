/** A delivery as a row of its table. */

import type { KindName } from "../heap";
import { type Outcome, type Traces, whole } from "../report";
import type { KeptDelivery } from "./kept-delivery";

export interface DeliveryRow {
  id: string;
  started_at: number;
  finished_at: number | null;
  host: string;
  environment: string;
  type: KindName;
  title: string | null;
  looker: string | null;
  webhook: string | null;
  link_key: string | null;
  outcome: Outcome;
  asked: string;
  read: string;
  ended: string | null;
  source: string | null;
  told: number;
  reading_trace: string | null;
  sending_trace: string | null;
  sent: number;
  refused: number;
  dropped: number;
  cancelled_at: number | null;
  is_new_environment: number;
  batches_left: number;
}

export function toKept(row: DeliveryRow): KeptDelivery {
  return {
    id: row.id,
    startedAt: row.started_at,
    ...(row.finished_at !== null && { finishedAt: row.finished_at }),
    origin: {
      ...(row.title !== null && { title: row.title }),
      ...(row.looker !== null && { looker: row.looker }),
      ...(row.webhook !== null && { webhook: row.webhook }),
    },
    ...(row.link_key !== null && { linkKey: row.link_key }),
    outcome: row.outcome,
    report: {
      environment: { id: row.environment, host: row.host },
      kind: row.type,
      asked: JSON.parse(row.asked),
      read: JSON.parse(row.read),
      ...(row.ended !== null && { end: JSON.parse(row.ended) }),
      ...(row.told !== 0 && { toldSuccess: true }),
      sent: row.sent,
      refused: row.refused,
      refusals: [],
      dropped: row.dropped,
      ...(row.cancelled_at !== null && { cancelledAt: row.cancelled_at }),
      health: {},
      ...(row.is_new_environment !== 0 && { isNewEnvironment: true }),
    },
    trace: whole(tracesOf(row)),
    ...(row.source !== null && { source: row.source }),
  };
}

function tracesOf({ reading_trace, sending_trace }: DeliveryRow): Traces {
  return {
    ...(reading_trace !== null && { reading: JSON.parse(reading_trace) }),
    ...(sending_trace !== null && { sending: JSON.parse(sending_trace) }),
  };
}

/** A title as it is compared in a search. */
export function foldTitle(title: string): string {
  return title.normalize("NFKC").toLowerCase();
}
