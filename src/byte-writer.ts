/** A buffer that is written from its start on, and grows when more is written. */

/** From this many bytes on, a call into the runtime is faster than a loop (measured on Node 20). */
const LARGE = 64;

/** Where a writer has its memory from. */
interface Memory {
  take(bytes: number): Buffer;
  /** Nobody reads or writes it any more. */
  give(memory: Buffer): void;
}

const FRESH: Memory = { take: Buffer.allocUnsafe, give: () => undefined };

export class ByteWriter {
  bytes: Buffer;
  /** The same bytes, for reading and writing four at a time. */
  view: DataView;
  length = 0;

  /** @param capacity in bytes, to begin with */
  constructor(
    capacity: number,
    private readonly memory: Memory = FRESH,
  ) {
    this.bytes = memory.take(capacity);
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

  /** @param start where in it to begin */
  fixed({ view, length }: FixedBytes, start = 0): void {
    this.copy(view, start, length);
  }

  text(text: string): void {
    const length = Buffer.byteLength(text);
    if (this.length + length > this.bytes.length) this.reserve(length);
    this.length += this.bytes.write(text, this.length);
  }

  /** So many bytes more are written without a change of memory: `bytes` and `view` stay what they then are. */
  makeRoom(bytes: number): void {
    if (this.length + bytes > this.bytes.length) this.reserve(bytes);
  }

  private reserve(bytes: number): void {
    const larger = this.memory.take(Math.max(this.bytes.length * 2, this.length + bytes));
    this.bytes.copy(larger, 0, 0, this.length);
    this.memory.give(this.bytes);
    this.bytes = larger;
    this.view = viewOf(larger);
  }
}

/** What is written, or compared, again and again. */
export interface FixedBytes {
  view: DataView;
  /** Of its own, as V8 has no fast way to a view's. */
  length: number;
}

export function fixedBytes(bytes: Buffer): FixedBytes {
  return { view: viewOf(bytes), length: bytes.length };
}

/** The same bytes: V8 reads and writes a view four bytes at a time wherever they stand. */
export function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
