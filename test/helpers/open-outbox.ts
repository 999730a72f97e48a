/** Opens the real outbox, in SQLite, and closes it when the test is over. */

import { SqliteOutbox } from "../../src/outbox";
import { HandDrivenClock } from "./hand-driven-clock";
import { type CollectedLog, collectLog } from "./log-lines";

export interface OpenedOutbox {
  outbox: SqliteOutbox;
  clock: HandDrivenClock;
  log: CollectedLog["log"];
  lines: CollectedLog["lines"];
}

/** @returns a function that opens the outbox in a folder; to be called at the top of a test file */
export function outboxes(): (dataDir: string, maxBytes?: number) => OpenedOutbox {
  const opened: SqliteOutbox[] = [];
  afterEach(async () => {
    for (const outbox of opened.splice(0)) await outbox.close();
  });
  return (dataDir, maxBytes = 1_000_000_000) => {
    const clock = new HandDrivenClock();
    const { log, lines } = collectLog();
    const outbox = new SqliteOutbox({ dataDir, maxBytes, clock, log });
    opened.push(outbox);
    return { outbox, clock, log, lines };
  };
}
