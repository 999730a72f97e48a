/**
 * Collects the updates of one delivery for its batches. Several batches are open at once and an identity's hash
 * says which it goes into: so sealed batches of different strands share no user and can be on their way together,
 * even where a result repeats its users all over, and a user that comes again soon is merged into one record.
 */

import { bodyStart } from "../heap";
import type { Batch } from "./batch";
import { identityHash } from "./identity-hash";
import { OpenBatch, type SealedBody } from "./open-batch";
import type { Update } from "./update";

/** Open batches of one delivery, a power of two: as many as Heap gets requests at once by default. */
const STRANDS = 8;

/** Bytes that one delivery keeps open; beyond it the fullest batch is sealed early. */
const MAX_OPEN_BYTES = 4 * 1024 * 1024;

/** What was collected, in the order in which it is to reach Heap. */
export interface Collected {
  /** Bodies as full as they get. */
  full: SealedBody[];
  /** What was still open: they share no user with each other, and may become one body. */
  open: SealedBody[];
}

export class BatchWriter {
  private readonly strands: OpenBatch[];
  private full: SealedBody[] = [];
  private fullUsers = 0;
  private fullBytes = 0;
  private openBytes = 0;

  constructor(private readonly of: Pick<Batch, "environment" | "kind">) {
    const head = bodyStart(of.environment.id, of.kind);
    this.strands = Array.from({ length: STRANDS }, () => new OpenBatch(head, of.kind));
  }

  /** Users that wait to be taken. */
  get users(): number {
    return this.strands.reduce((users, strand) => users + strand.users, this.fullUsers);
  }

  /** Bytes that wait to be taken. */
  get bytes(): number {
    return this.openBytes + this.fullBytes;
  }

  add(update: Update): void {
    const hash = identityHash(this.of.kind, update.bytes, update.identityStart, update.identityEnd);
    const strand = this.strands[hash & (STRANDS - 1)]!;
    const before = strand.size;
    if (strand.add(update, hash)) this.openBytes += strand.size - before;
    else {
      this.sealFull(strand);
      strand.add(update, hash);
      this.openBytes += strand.size;
    }
    if (this.openBytes > MAX_OPEN_BYTES) this.sealFull(this.fullest());
  }

  /** Seals what is open, and hands out everything. */
  takeAll(): Collected {
    const { full } = this;
    const open = this.strands.filter(({ users }) => users > 0).map((strand) => strand.seal());
    this.full = [];
    this.fullUsers = 0;
    this.fullBytes = 0;
    this.openBytes = 0;
    return { full, open };
  }

  private sealFull(strand: OpenBatch): void {
    this.openBytes -= strand.size;
    this.fullBytes += strand.size;
    this.fullUsers += strand.users;
    this.full.push(strand.seal());
  }

  private fullest(): OpenBatch {
    return this.strands.reduce((most, strand) => (strand.size > most.size ? strand : most));
  }
}
