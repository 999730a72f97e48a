/** A buffer that is written from its start on, and grows when more is written. */

/** From this many bytes on, a call into the runtime is faster than a loop (measured on Node 20). */
const LARGE = 64;

export class ByteWriter {
  bytes: Buffer;
  /** The same bytes, for reading and writing four at a time. */
  view: DataView;
  length = 0;

  /** @param capacity in bytes, to begin with */
  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafe(capacity);
    this.view = viewOf(this.bytes);
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  copy(from: DataView, start: number, end: number): void {
    const { length } = this;
    const after = length + end - start;
    if (after > this.bytes.length) this.reserve(end - start);
    this.length = after;
    if (end - start >= LARGE) {
      this.bytes.set(new Uint8Array(from.buffer, from.byteOffset + start, end - start), length);
      return;
    }
    const { view } = this;
    let to = length;
    let at = start;
    for (; at + 4 <= end; at += 4, to += 4) view.setInt32(to, from.getInt32(at, true), true);
    for (; at < end; at++, to++) view.setUint8(to, from.getUint8(at));
  }

  text(text: string): void {
    const length = Buffer.byteLength(text);
    if (this.length + length > this.bytes.length) this.reserve(length);
    this.length += this.bytes.write(text, this.length);
  }

  /** Leaves the bytes to whoever holds them, and starts on fresh ones of the same size. */
  renew(): void {
    this.bytes = Buffer.allocUnsafe(this.bytes.length);
    this.view = viewOf(this.bytes);
    this.length = 0;
  }

  private reserve(bytes: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + bytes));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

/** The same bytes: V8 reads and writes a view four bytes at a time wherever they stand. */
export function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
