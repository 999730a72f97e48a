/** Decides what of the collected updates is to be sent, and makes batches of it. */

import type { Batch } from "./batch";
import type { Collected } from "./batch-writer";
import { bodyMemory } from "./body-memory";
import { batchesOf, buildBatches, recordsOf } from "./build-batches";
import { type Fingerprint, fingerprintOf } from "./fingerprint";

type Of = Pick<Batch, "delivery" | "environment" | "kind">;

export interface Selected {
  batches: Batch[];
  /** Records that were left out. */
  unchanged: number;
}

/**
 * Leaves out what has not changed: a record that Heap was last confirmed to hold, if none before it in this result says
 * otherwise. The bodies stay as they are, so that it can be done again.
 * @param areUnchanged by record: whether it is what Heap was last confirmed to hold
 */
export function selectChanged(
  collected: Collected,
  of: Of,
  areUnchanged: (records: readonly Fingerprint[]) => readonly boolean[],
): Selected {
  const fingerprints = fingerprintsIn(collected, of);
  return leaveOut(collected, of, fingerprints, fingerprints.length === 0 ? [] : areUnchanged(fingerprints));
}

/** By record, in its order. */
export function fingerprintsIn({ full, open }: Collected, { kind }: Pick<Of, "kind">): Fingerprint[] {
  return [...full, ...open].flatMap(recordsOf).map((record) => fingerprintOf(record, kind));
}

/** As `selectChanged`, once it is known. @param unchanged by record */
export function leaveOut(
  { full, open }: Collected,
  of: Of,
  fingerprints: readonly Fingerprint[],
  unchanged: readonly boolean[],
): Selected {
  const sent = new Set<number>();
  const toSend = fingerprints.map(({ identity }, at) => {
    if (unchanged[at] && !sent.has(identity)) return false;
    sent.add(identity);
    return true;
  });
  return {
    batches: buildBatches([...full, ...open], of, (record) => toSend[record] === true),
    unchanged: toSend.filter((isSent) => !isSent).length,
  };
}

/** Everything is sent. The bodies are not to be read any more then. */
export function selectAll(collected: Collected, of: Of): Selected {
  return { batches: batchesOf(collected, of), unchanged: 0 };
}

/** Nobody reads these bodies any more. */
export function giveBack({ full, open }: Collected): void {
  for (const { body } of [...full, ...open]) bodyMemory.give(body);
}
