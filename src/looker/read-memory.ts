/**
 * The memory that downloads are read into, used again as soon as its bytes have been taken: V8 looks through its
 * whole heap each time that so many bytes outside of it have been asked for.
 */

import type { OnReadOpts, Socket } from "node:net";
import { spentMemory } from "../spent-memory";

/** Bytes read at once at the most. A row that a read breaks in two is decoded the slow way: the longer, the fewer. */
const READ_BYTES = 256 * 1024;

/** What is kept for later, in pieces of `READ_BYTES`. */
const MAX_FREE = 8;

export class ReadMemory {
  private readonly free: Buffer[] = [];
  private readonly ours = new WeakMap<ArrayBufferLike, Buffer>();

  /** For the connections that read into it. Source: `onread` in Node's docs of `net.Socket`. */
  readonly onread: OnReadOpts = {
    buffer: () => this.take(),
    callback(this: Socket, bytes: number, memory: Uint8Array): boolean {
      return this.push(memory.subarray(0, bytes));
    },
  };

  /** Nothing reads this memory any more. Memory that is not from here is left alone. */
  give(memory: ArrayBufferLike): void {
    const buffer = this.ours.get(memory);
    if (!buffer) return;
    spentMemory.scrub?.(buffer);
    if (this.free.length < MAX_FREE) this.free.push(buffer);
  }

  private take(): Buffer {
    const known = this.free.pop();
    if (known) return known;
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    this.ours.set(buffer.buffer, buffer);
    return buffer;
  }
}
