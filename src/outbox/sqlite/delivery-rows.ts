/** A delivery as a row of its table. */

import type { KindName } from "../../heap";
import type { StoredDelivery } from "../kept-delivery";

export interface DeliveryRow {
  id: string;
  started_at: number;
  host: string;
  environment: string;
  type: KindName;
  title: string | null;
  looker: string | null;
  webhook: string | null;
  link_key: string | null;
  reading: string;
  trace: string | null;
  sent: number;
  refused: number;
  dropped: number;
  cancelled_at: number | null;
  batches_left: number;
}

export const SELECT_DELIVERY = `
  SELECT id, started_at, finished_at, host, environment, type, title, looker, webhook, link_key, outcome,
         reading, trace, sent, refused, dropped, cancelled_at,
         (SELECT count(*) FROM batches WHERE batches.delivery = deliveries.id) AS batches_left
    FROM deliveries`;

export function toStored(row: DeliveryRow): StoredDelivery {
  return {
    id: row.id,
    startedAt: row.started_at,
    environment: { id: row.environment, host: row.host },
    kind: row.type,
    origin: {
      ...(row.title !== null && { title: row.title }),
      ...(row.looker !== null && { looker: row.looker }),
      ...(row.webhook !== null && { webhook: row.webhook }),
    },
    ...(row.link_key !== null && { linkKey: row.link_key }),
    reading: JSON.parse(row.reading),
    ...(row.trace !== null && { trace: JSON.parse(row.trace) }),
    sent: row.sent,
    refused: row.refused,
    dropped: row.dropped,
    ...(row.cancelled_at !== null && { cancelledAt: row.cancelled_at }),
    batchesLeft: row.batches_left,
  };
}
