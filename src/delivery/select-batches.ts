/** Decides what of the collected updates is to be sent, and makes batches of it. */

import type { Batch, Collected, SealedBody } from "../batches";
import { batchesOf, buildBatches, fingerprintOf, recordsOf } from "../batches";
import type { Outbox } from "../outbox";
import type { Reading } from "../report";

type Of = Pick<Batch, "delivery" | "environment" | "kind">;

/**
 * Counts in `reading` the users that are to be sent, and those that are unchanged.
 * @returns the batches of the former
 */
export function selectBatches(
  collected: Collected,
  reading: Reading,
  of: Of,
  outbox: Pick<Outbox, "unchanged">,
): Batch[] {
  const bodies = [...collected.full, ...collected.open];
  const users = bodies.reduce((sum, { rows }) => sum + rows.length, 0);
  const batches =
    reading.sync === "changed"
      ? buildBatches(bodies, of, hasToBeSent(bodies, reading, of, outbox))
      : batchesOf(collected, of);
  const left = batches.reduce((sum, { rows }) => sum + rows.length, 0);
  reading.users += left;
  reading.unchanged += users - left;
  return batches;
}

/**
 * Which records have to be sent. With `sync: changed` a record is left out when Heap was last confirmed to
 * hold exactly it, and none before it in this result says otherwise.
 */
function hasToBeSent(
  bodies: readonly SealedBody[],
  reading: Reading,
  { environment, kind }: Of,
  outbox: Pick<Outbox, "unchanged">,
): (record: number) => boolean {
  const records = bodies.flatMap(recordsOf);
  if (records.length === 0) return () => false;
  const fingerprints = records.map((record) => fingerprintOf(record, kind));
  const unchanged = outbox.unchanged(environment, kind, reading, fingerprints);
  const sent = new Set<number>();
  const toSend = fingerprints.map(({ identity }, at) => {
    if (unchanged[at] && !sent.has(identity)) return false;
    sent.add(identity);
    return true;
  });
  return (record) => toSend[record] === true;
}
