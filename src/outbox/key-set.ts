/** The sets of property keys by which fingerprints are kept. */

import { type Fingerprint, fingerprintOf } from "../batches";
import { findRecords, type KindName } from "../heap";
import type { Read } from "../report";

/** The records of one environment and kind that have a set of property keys in common. */
export interface KeySet {
  log: string;
  kind: KindName;
  keys: readonly string[];
}

/** The property keys that a delivery sends. */
export function keysOf({ columns }: Read): string[] {
  return columns.flatMap(({ key }) => (key === undefined ? [] : [key]));
}

/** The same set in another order is the same set. */
export function textOfKeys(keys: readonly string[]): string {
  return JSON.stringify([...new Set(keys)].sort());
}

export function fingerprintsOf(body: Buffer, kind: KindName): Fingerprint[] {
  return findRecords(body).map(({ start, end }) => fingerprintOf(body.subarray(start, end), kind));
}
