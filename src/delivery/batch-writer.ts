/**
 * Fills batches with the updates of one delivery. Several batches are open at once and an identity's hash says
 * which it goes into: so sealed batches of different strands share no user and can be on their way together,
 * even where a result repeats its users all over, and a user that comes again soon is merged into one record.
 */

import type { Batch } from "./batch";
import { identityHash } from "./identity-hash";
import { OpenBatch, seal } from "./open-batch";
import type { Update } from "./update";

/** Open batches of one delivery: as many as Heap gets requests at once by default. */
const STRANDS = 8;

/** Bytes that one delivery keeps open; beyond it the fullest batch is sealed early. */
const MAX_OPEN_BYTES = 4 * 1024 * 1024;

export class BatchWriter {
  private readonly strands: OpenBatch[];
  private sealed: Batch[] = [];
  private sealedUsers = 0;
  private sealedBytes = 0;
  private openBytes = 0;

  constructor(private readonly of: Pick<Batch, "delivery" | "environment" | "type">) {
    this.strands = Array.from({ length: STRANDS }, () => new OpenBatch(of.type));
  }

  /** Users that wait to be taken. */
  get users(): number {
    return this.strands.reduce((users, strand) => users + strand.users, this.sealedUsers);
  }

  /** Bytes that wait to be taken. */
  get bytes(): number {
    return this.openBytes + this.sealedBytes;
  }

  add(update: Update): void {
    const hash = identityHash(this.of.type, update.identity);
    const strand = this.strands[hash % STRANDS]!;
    if (!strand.takes(update)) this.seal([strand]);
    const before = strand.size;
    strand.add(update, hash);
    this.openBytes += strand.size - before;
    if (this.openBytes > MAX_OPEN_BYTES) this.seal([this.fullest()]);
  }

  /** Seals what is open and hands out everything, in the order in which it was sealed. */
  takeAll(): Batch[] {
    this.seal(this.strands);
    const taken = this.sealed;
    this.sealed = [];
    this.sealedUsers = 0;
    this.sealedBytes = 0;
    return taken;
  }

  /** Strands share no user, so what is open in several may go into one body. */
  private seal(strands: readonly OpenBatch[]): void {
    for (const strand of strands) this.openBytes -= strand.size;
    for (const batch of seal(strands, this.of)) {
      this.sealed.push(batch);
      this.sealedUsers += batch.hashes.length;
      this.sealedBytes += batch.body.length;
    }
  }

  private fullest(): OpenBatch {
    return this.strands.reduce((most, strand) => (strand.size > most.size ? strand : most));
  }
}
