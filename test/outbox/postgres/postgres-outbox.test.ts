/** The outbox in PostgreSQL keeps what it was given, in order, until it is done, and nothing longer. */

import { postgresOutboxes, postgresPlace } from "../../helpers/postgres-place";
import { describeWithPostgres } from "../../helpers/postgres-server";
import { keepsTheContract } from "../contract";

describeWithPostgres("the outbox in PostgreSQL", (server) => {
  const open = postgresOutboxes();
  keepsTheContract(() => postgresPlace(server, open));
});
