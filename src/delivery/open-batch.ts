/** Records that wait to be sealed into a body: one for each identity, later rows merged into it. */

import { ByteWriter } from "../byte-writer";
import { MAX_BODY_BYTES, MAX_RECORDS_PER_REQUEST, type PropertyType, recordStart } from "../heap";
import { ENVELOPE_BYTES } from "./build-batches";
import { pairsThatStay } from "./merge-properties";
import type { Update } from "./update";

const PROPERTIES = Buffer.from(',"properties":{');
const RECORD_END = Buffer.from("}}");
const COMMA = 0x2c;

/** From here on, records that were merged away are dropped from memory when they make up half of it, in bytes. */
const COMPACT_FROM = 512 * 1024;

/** A record that no later row can be merged into any more. */
export interface SealedRecord {
  /** `{"identity":"…","properties":{…}}` stands here from `start` to `end`. */
  bytes: Buffer;
  start: number;
  end: number;
  /** Of its identity. */
  hash: number;
  row: number;
}

interface OpenRecord extends SealedRecord {
  propertiesStart: number;
}

export class OpenBatch {
  /** Bytes that the records will take in a body, commas included. */
  size = 0;
  private readonly records = new Map<string, OpenRecord>();
  private out = new ByteWriter(8 * 1024);
  private readonly recordStart: Buffer;

  constructor(type: PropertyType) {
    this.recordStart = recordStart(type);
  }

  get users(): number {
    return this.records.size;
  }

  /** Whether the update still fits one body with what is there. A first one always does. */
  takes(update: Update): boolean {
    if (this.records.size === 0) return true;
    if (this.records.size >= MAX_RECORDS_PER_REQUEST && !this.records.has(update.identity)) return false;
    return this.size + this.sizeOf(update) <= MAX_BODY_BYTES - ENVELOPE_BYTES;
  }

  add(update: Update, hash: number): void {
    const { out } = this;
    const earlier = this.records.get(update.identity);
    const start = out.length;
    out.copy(this.recordStart, 0, this.recordStart.length);
    out.copy(update.bytes, update.identityStart, update.identityEnd);
    out.copy(PROPERTIES, 0, PROPERTIES.length);
    const propertiesStart = out.length;
    out.copy(update.bytes, update.propertiesStart, update.propertiesEnd);
    if (earlier) {
      this.keepEarlier(earlier, propertiesStart);
      this.size -= earlier.end - earlier.start + 1;
    }
    out.copy(RECORD_END, 0, RECORD_END.length);
    this.size += out.length - start + 1;
    this.records.set(update.identity, {
      bytes: out.bytes,
      start,
      end: out.length,
      propertiesStart,
      hash,
      row: update.row,
    });
    if (out.length > COMPACT_FROM && out.length > 2 * this.size) this.compact();
  }

  /** Adds what only the earlier record has behind the later one's properties. */
  private keepEarlier(earlier: OpenRecord, propertiesStart: number): void {
    const { out } = this;
    const stays = pairsThatStay(
      { bytes: out.bytes, start: earlier.propertiesStart, end: earlier.end - RECORD_END.length },
      { bytes: out.bytes, start: propertiesStart, end: out.length },
    );
    for (const pair of stays) {
      out.byte(COMMA);
      out.copy(pair.bytes, pair.start, pair.end);
    }
  }

  /** A user that comes again and again leaves its earlier records behind: without this they would add up. */
  private compact(): void {
    const { bytes } = this.out;
    this.out = new ByteWriter(this.size * 2);
    for (const record of this.records.values()) {
      const shift = this.out.length - record.start;
      this.out.copy(bytes, record.start, record.end);
      record.start += shift;
      record.propertiesStart += shift;
      record.end += shift;
    }
  }

  private sizeOf(update: Update): number {
    const identity = update.identityEnd - update.identityStart;
    const properties = update.propertiesEnd - update.propertiesStart;
    return this.recordStart.length + identity + PROPERTIES.length + properties + RECORD_END.length + 1;
  }

  /** Hands out the records in the order of their first rows, and starts afresh. */
  take(): SealedRecord[] {
    const taken = [...this.records.values()];
    for (const record of taken) record.bytes = this.out.bytes;
    this.records.clear();
    this.out.renew();
    this.size = 0;
    return taken;
  }
}
