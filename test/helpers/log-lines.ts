/** Keeps what the hub logs, for a test to look at. */

import type { Logger } from "pino";
import { logTo } from "../../src/log";

export interface LogLine {
  /** 30 is info, 40 a warning, 50 an error. */
  level: number;
  msg: string;
  [more: string]: unknown;
}

export interface CollectedLog {
  log: Logger;
  lines: readonly LogLine[];
}

export function collectLog(): CollectedLog {
  const lines: LogLine[] = [];
  const log = logTo({ write: (text: string) => void lines.push(JSON.parse(text)) }, "info");
  return { log, lines };
}
