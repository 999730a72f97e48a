/** The log: one line an event, readable on a terminal, JSON otherwise. Nothing of a result ever goes into it. */

import { isNativeError } from "node:util/types";
import pc from "picocolors";
import pino, { type DestinationStream, type Logger } from "pino";
import pretty from "pino-pretty";

/** @param stream where the lines go; 1 is standard output, 2 standard error */
export function createLog(level: string, stream: 1 | 2 = 1): Logger {
  const isTerminal = stream === 1 ? process.stdout.isTTY : process.stderr.isTTY;
  return isTerminal
    ? logTo(
        pretty({
          colorize: pc.isColorSupported,
          translateTime: "SYS:HH:MM:ss",
          destination: stream,
          sync: true,
        }),
        level,
      )
    : logTo(pino.destination({ dest: stream, sync: true }), level);
}

/** Errors are logged as `error`. */
export function logTo(destination: DestinationStream, level: string): Logger {
  return pino({ level, base: null, serializers: { error: safeError } }, destination);
}

/**
 * An error without its message, which can quote what was being read (`JSON.parse` does): its name, code, and the
 * places in the code.
 */
function safeError(error: unknown): object {
  if (!isNativeError(error) && !(error instanceof Error)) return { name: typeof error };
  return { name: error.name, ...("code" in error && { code: error.code }), stack: placesIn(error) };
}

/** The stack begins with the message, any line of which may look like a place. */
function placesIn({ message, stack = "" }: Error): string[] {
  const start = stack.indexOf(message);
  if (start === -1) return [];
  const lines = stack.slice(start + message.length).split("\n");
  return lines.filter((line) => /^\s+at /.test(line)).map((line) => line.trim());
}
