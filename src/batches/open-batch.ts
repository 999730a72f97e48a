/** A request body that is being written. Where a record is a state, there is one for each identity: later rows are merged into it. */

import { ByteWriter, type FixedBytes, fixedBytes, viewOf } from "../byte-writer";
import { BODY_END, KINDS, type KindName, MAX_BODY_BYTES, MAX_RECORDS_PER_REQUEST } from "../heap";
import { bodyMemory } from "./body-memory";
import { pairsThatStay } from "./merge-properties";
import { RecordTable } from "./record-table";
import type { Update } from "./update";

const RECORD_END = fixedBytes(Buffer.from("}}"));
const END = fixedBytes(BODY_END);
const COMMA = 0x2c;

/** Hoisted: every look at another file's is a call. */
const MOST_RECORDS = MAX_RECORDS_PER_REQUEST;

/** From here on, records that were merged away are dropped from memory when they make up half of it, in bytes. */
const COMPACT_FROM = 512 * 1024;

/** Memory of an open batch to begin with, in bytes. */
const SMALLEST = 2048;

/** The next body is about as long as the longer one of the last two: the last may have been sealed before it was full. */
const ROOM_FOR_THE_NEXT = 1.1;

/** A body that no later row can be merged into any more. */
export interface SealedBody {
  body: Buffer;
  /** By record: where it begins in the body. Behind each but the last stands a comma. */
  starts: Int32Array;
  /** By record: the hash of its identity. */
  hashes: Int32Array;
  /** By record: the row it comes from, of several the last. */
  rows: Int32Array;
}

export class OpenBatch {
  /** Bytes that the records take in the body, commas included. */
  size = 0;
  private readonly records: RecordTable;
  private out: ByteWriter;
  /** Length of the last body, in bytes. */
  private last = 0;
  private readonly head: FixedBytes;
  private readonly recordStart: FixedBytes;
  private readonly toProperties: FixedBytes;
  /** What records may take, less what a record has beside its identity and its properties; in bytes. */
  private readonly most: number;
  /** Whether the records stand one behind the other: none was merged into a later one. */
  private isTight = true;

  /** @param head how the body begins */
  constructor(head: Buffer, kind: KindName) {
    this.records = new RecordTable(KINDS[kind].isState === true);
    this.head = fixedBytes(head);
    this.recordStart = fixedBytes(Buffer.from(KINDS[kind].start));
    this.toProperties = fixedBytes(Buffer.from(KINDS[kind].properties));
    const around = this.recordStart.length + this.toProperties.length + RECORD_END.length;
    this.most = MAX_BODY_BYTES - this.head.length - END.length - around;
    this.out = this.begun(SMALLEST);
  }

  get users(): number {
    return this.records.count;
  }

  /** @returns false when the update does not fit one body with what is there; a first one always does */
  add(update: Update, hash: number): boolean {
    const { records, out } = this;
    const earlier = records.find(hash);
    if (records.count > 0 && !this.fits(update, earlier)) return false;
    if (records.count > 0) out.byte(COMMA);
    const start = out.length;
    out.fixed(this.recordStart);
    out.copy(update.view, update.identityStart, update.identityEnd);
    out.fixed(this.toProperties);
    const properties = out.length;
    out.copy(update.view, update.propertiesStart, update.propertiesEnd);
    if (earlier >= 0) this.keepEarlier(earlier, properties);
    out.fixed(RECORD_END);
    this.size += out.length - start + 1;
    const place = earlier >= 0 ? earlier : records.add(hash);
    records.starts[place] = start;
    records.properties[place] = properties;
    records.ends[place] = out.length;
    records.rows[place] = update.row;
    if (out.length > COMPACT_FROM && out.length > 2 * this.size) this.tighten(this.size * 2);
    return true;
  }

  /** Hands out the body, and starts a new one. */
  seal(): SealedBody {
    if (!this.isTight) this.tighten(this.size);
    const { records, out } = this;
    out.fixed(END);
    const sealed = {
      body: out.bytes.subarray(0, out.length),
      starts: records.starts.slice(0, records.count),
      hashes: records.hashes.slice(0, records.count),
      rows: records.rows.slice(0, records.count),
    };
    this.out = this.begun(Math.max(this.last, out.length) * ROOM_FOR_THE_NEXT);
    this.last = out.length;
    records.clear();
    this.size = 0;
    return sealed;
  }

  private begun(capacity: number): ByteWriter {
    const out = new ByteWriter(Math.ceil(capacity), bodyMemory);
    out.fixed(this.head);
    return out;
  }

  /** @param earlier the record with the update's hash; -1 when there is none */
  private fits(update: Update, earlier: number): boolean {
    if (earlier < 0 && this.records.count >= MOST_RECORDS) return false;
    // Two identities with one hash: what follows tells records of a body apart by their hashes.
    if (earlier >= 0 && !this.isOf(earlier, update)) return false;
    const identity = update.identityEnd - update.identityStart;
    const properties = update.propertiesEnd - update.propertiesStart;
    return this.size + identity + properties <= this.most;
  }

  private isOf(place: number, { bytes, identityStart, identityEnd }: Update): boolean {
    const start = this.records.starts[place]! + this.recordStart.length;
    const end = start + identityEnd - identityStart;
    return this.out.bytes.compare(bytes, identityStart, identityEnd, start, end) === 0;
  }

  /** Adds what only the earlier record has behind the later one's properties. */
  private keepEarlier(earlier: number, properties: number): void {
    const { out, records } = this;
    const start = records.starts[earlier]!;
    const end = records.ends[earlier]!;
    // What stays is copied within this memory, which is given back when the batch outgrows it.
    out.makeRoom(end - start);
    const stays = pairsThatStay(
      { bytes: out.bytes, start: records.properties[earlier]!, end: end - RECORD_END.length },
      { bytes: out.bytes, start: properties, end: out.length },
    );
    for (const pair of stays) {
      out.byte(COMMA);
      out.copy(viewOf(pair.bytes), pair.start, pair.end);
    }
    this.size -= end - start + 1;
    this.isTight = false;
  }

  /** Drops the earlier records of users that came again: without this they would add up. */
  private tighten(capacity: number): void {
    const { records } = this;
    const { view, bytes } = this.out;
    const out = this.begun(this.head.length + capacity + END.length);
    for (let place = 0; place < records.count; place++) {
      if (place > 0) out.byte(COMMA);
      const start = records.starts[place]!;
      const shift = out.length - start;
      out.copy(view, start, records.ends[place]!);
      records.starts[place] = start + shift;
      records.properties[place]! += shift;
      records.ends[place]! += shift;
    }
    bodyMemory.give(bytes);
    this.out = out;
    this.isTight = true;
  }
}
