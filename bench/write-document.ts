/** Writes a result to a file before anything is measured, so that making it costs nobody's time. */

import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { generateResult, type ResultOptions } from "../stand-ins/looker";

/** @returns how many bytes it has */
export function writeDocument(file: string, options: ResultOptions): number {
  const descriptor = openSync(file, "w");
  for (const piece of generateResult(options)) writeSync(descriptor, piece);
  closeSync(descriptor);
  return statSync(file).size;
}
