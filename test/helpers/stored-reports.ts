/** Reports as they stand on the disk. */

import path from "node:path";
import { openSqlite } from "../../src/outbox/sqlite/driver";
import type { Read } from "../../src/report/report";

export interface StoredReport extends Pick<Read, "rows" | "users" | "unchanged"> {
  id: string;
  sent: number;
  refused: number;
  dropped: number;
  outcome: string;
  /** In milliseconds since 1970. */
  cancelledAt: number | null;
  finishedAt: number | null;
}

/** By delivery. */
export function storedReports(folder: string): Map<string, StoredReport> {
  const database = openSqlite(path.join(folder, "outbox.sqlite3"), { readonly: true });
  const stored = database.prepare<[], Omit<StoredReport, keyof Read> & { read: string }>(
    `SELECT id, read, sent, refused, dropped, outcome, cancelled_at AS cancelledAt, finished_at AS finishedAt
       FROM deliveries`,
  );
  const reports = stored.all().map(({ read, ...rest }): [string, StoredReport] => {
    const { rows, users, unchanged }: Read = JSON.parse(read);
    return [rest.id, { ...rest, rows, users, unchanged }];
  });
  database.close();
  return new Map(reports);
}
