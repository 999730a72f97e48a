/** The log: one line an event, readable on a terminal, JSON otherwise. Nothing of a result ever goes into it. */

import { isNativeError } from "node:util/types";
import pino, { type Logger } from "pino";
import pretty from "pino-pretty";

/** @param stream where the lines go; 1 is standard output, 2 standard error */
export function createLog(level: string, stream: 1 | 2 = 1): Logger {
  const options: pino.LoggerOptions = { level, base: null, serializers: { error: safeError } };
  const isTerminal = stream === 1 ? process.stdout.isTTY : process.stderr.isTTY;
  if (!isTerminal) return pino(options, pino.destination({ dest: stream, sync: true }));
  return pino(
    options,
    pretty({ colorize: true, translateTime: "SYS:HH:MM:ss", destination: stream, sync: true }),
  );
}

/**
 * An error without its message, which can quote what was being read (`JSON.parse` does): its name, code, and the
 * places in the code.
 */
function safeError(error: unknown): object {
  if (!isNativeError(error) && !(error instanceof Error)) return { name: typeof error };
  const places = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    ...("code" in error && { code: error.code }),
    stack: places.map((line) => line.trim()),
  };
}
