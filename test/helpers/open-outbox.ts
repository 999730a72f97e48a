/** Opens the real outbox, in SQLite, and closes it when the test is over. */

import { type Outbox, openSqliteOutbox } from "../../src/outbox";
import { HandDrivenClock } from "./hand-driven-clock";
import { type CollectedLog, collectLog } from "./log-lines";

export interface OpenedOutbox {
  outbox: Outbox;
  clock: HandDrivenClock;
  log: CollectedLog["log"];
  lines: CollectedLog["lines"];
}

/** @returns a function that opens the outbox in a folder; to be called at the top of a test file */
export function outboxes(): (dataDir: string, maxBytes?: number) => OpenedOutbox {
  const opened: Outbox[] = [];
  afterEach(async () => {
    for (const { upkeep } of opened.splice(0)) await upkeep.close();
  });
  return (dataDir, maxBytes = 1_000_000_000) => {
    const clock = new HandDrivenClock();
    const { log, lines } = collectLog();
    const outbox = openSqliteOutbox({ dataDir, maxBytes, rejectsTolerated: 0, clock, log });
    opened.push(outbox);
    return { outbox, clock, log, lines };
  };
}
