/**
 * The memory that request bodies are written into, used again when a body is through: V8 looks through its whole heap
 * each time that so many bytes outside of it have been asked for.
 */

import { spentMemory } from "../spent-memory";

/** What is kept for later, in bytes. */
const MAX_FREE_BYTES = 8 * 1024 * 1024;

/** Memory that is this many times as long as what is asked for is left for something longer. */
const MAX_WASTE = 4;

class BodyMemory {
  private free: Buffer[] = [];
  private freeBytes = 0;
  /** What has been handed out, and not been given back. */
  private readonly taken = new WeakSet<ArrayBufferLike>();

  /** @returns memory with room for at least so many bytes, holding anything */
  take(bytes: number): Buffer {
    const at = this.free.findIndex(({ length }) => length >= bytes && length <= bytes * MAX_WASTE);
    const [known] = at < 0 ? [] : this.free.splice(at, 1);
    if (known) this.freeBytes -= known.length;
    const memory = known ?? Buffer.allocUnsafeSlow(withMargin(bytes));
    this.taken.add(memory.buffer);
    return memory;
  }

  /** Nobody reads or writes this memory any more. Any part of it stands for all; what is not from here is left alone. */
  give({ buffer }: Buffer): void {
    if (!this.taken.delete(buffer)) return;
    const memory = Buffer.from(buffer);
    spentMemory.scrub?.(memory);
    this.free.push(memory);
    this.freeBytes += buffer.byteLength;
    // The oldest go first: bodies are about as long as those before them.
    while (this.freeBytes > MAX_FREE_BYTES) this.freeBytes -= this.free.shift()?.length ?? 0;
  }
}

/**
 * So many bytes, rounded up to a quarter of the power of two below: bodies are about as long as those before them, and
 * what one was written into has to have room for a slightly longer one.
 */
function withMargin(bytes: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(bytes)) - 2);
  return Math.ceil(bytes / step) * step;
}

/** One for all deliveries: what one is done with serves the next. */
export const bodyMemory = new BodyMemory();
