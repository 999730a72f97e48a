/**
 * Collects the updates of one delivery for its batches. Several batches are open at once and an identity's hash
 * says which it goes into: so sealed batches of different strands share no user and can be on their way together,
 * even where a result repeats its users all over, and a user that comes again soon is merged into one record.
 */

import type { PropertyType } from "../heap";
import { identityHash } from "./identity-hash";
import { OpenBatch, type SealedRecord } from "./open-batch";
import type { Update } from "./update";

/** Open batches of one delivery, a power of two: as many as Heap gets requests at once by default. */
const STRANDS = 8;

/** Bytes that one delivery keeps open; beyond it the fullest batch is sealed early. */
const MAX_OPEN_BYTES = 4 * 1024 * 1024;

export class BatchWriter {
  private readonly strands: OpenBatch[];
  private sealed: SealedRecord[] = [];
  private sealedBytes = 0;
  private openBytes = 0;

  constructor(private readonly type: PropertyType) {
    this.strands = Array.from({ length: STRANDS }, () => new OpenBatch(type));
  }

  /** Users that wait to be taken. */
  get users(): number {
    return this.strands.reduce((users, strand) => users + strand.users, this.sealed.length);
  }

  /** Bytes that wait to be taken. */
  get bytes(): number {
    return this.openBytes + this.sealedBytes;
  }

  add(update: Update): void {
    const hash = identityHash(this.type, update.identity);
    const strand = this.strands[hash & (STRANDS - 1)]!;
    if (!strand.takes(update)) this.seal(strand);
    const before = strand.size;
    strand.add(update, hash);
    this.openBytes += strand.size - before;
    if (this.openBytes > MAX_OPEN_BYTES) this.seal(this.fullest());
  }

  /** Seals what is open, and hands out everything in the order in which it is to reach Heap. */
  takeAll(): SealedRecord[] {
    for (const strand of this.strands) this.seal(strand);
    const taken = this.sealed;
    this.sealed = [];
    this.sealedBytes = 0;
    return taken;
  }

  private seal(strand: OpenBatch): void {
    this.openBytes -= strand.size;
    this.sealedBytes += strand.size;
    for (const record of strand.take()) this.sealed.push(record);
  }

  private fullest(): OpenBatch {
    return this.strands.reduce((most, strand) => (strand.size > most.size ? strand : most));
  }
}
