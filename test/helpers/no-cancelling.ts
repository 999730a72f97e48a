/** A disk that takes everything but that a delivery is cancelled. */

import path from "node:path";
import { openSqlite } from "../../src/outbox/sqlite/driver";

/** @returns undoes it */
export function letNothingBeCancelled(dataDir: string): () => void {
  const change = (sql: string) => {
    const database = openSqlite(path.join(dataDir, "outbox.sqlite3"));
    database.exec(sql);
    database.close();
  };
  change(
    `CREATE TRIGGER no_cancelling BEFORE UPDATE OF cancelled_at ON deliveries
      BEGIN SELECT RAISE(ABORT, 'not cancelled'); END`,
  );
  return () => change("DROP TRIGGER no_cancelling");
}
