/** Reads rows of deliveries. */

export const SELECT_DELIVERY = `
  SELECT id, started_at, finished_at, host, environment, type, title, looker, webhook, link_key, outcome, asked, read,
         ended, source, told, reading_trace, sending_trace, sent, refused, dropped, cancelled_at,
         is_new_environment,
         (SELECT count(*) FROM batches WHERE batches.delivery = deliveries.id) AS batches_left
    FROM deliveries`;
