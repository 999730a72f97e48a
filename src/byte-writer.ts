/** A buffer that is written from its start on, and grows when more is written. */

/** Below this many bytes a loop is faster than a call into the runtime (measured on Node 20). */
const SMALL = 48;

export class ByteWriter {
  bytes: Buffer;
  length = 0;

  /** @param capacity in bytes, to begin with */
  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  copy(from: Buffer, start: number, end: number): void {
    const length = end - start;
    if (this.length + length > this.bytes.length) this.reserve(length);
    if (length < SMALL) for (let at = start; at < end; at++) this.bytes[this.length++] = from[at]!;
    else this.length += from.copy(this.bytes, this.length, start, end);
  }

  text(text: string): void {
    const length = Buffer.byteLength(text);
    if (this.length + length > this.bytes.length) this.reserve(length);
    this.length += this.bytes.write(text, this.length);
  }

  /** Leaves the bytes to whoever holds them, and starts on fresh ones of the same size. */
  renew(): void {
    this.bytes = Buffer.allocUnsafe(this.bytes.length);
    this.length = 0;
  }

  private reserve(bytes: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + bytes));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}
