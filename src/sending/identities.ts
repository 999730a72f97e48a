/** The identities of a batch, by their hashes, as order and rate look at them. */

import type { LoggedBatch } from "../batches";
import { KINDS } from "../heap";

const NONE = new Int32Array(0);

/** Those that no other batch may overtake: where a record stands for itself, none. */
export function inOrder({ kind, hashes }: Pick<LoggedBatch, "kind" | "hashes">): Int32Array {
  return KINDS[kind].isState ? hashes : NONE;
}

/** Those of its records, each once. */
export function eachOnce(hashes: Int32Array): Int32Array {
  return Int32Array.from(new Set(hashes));
}
