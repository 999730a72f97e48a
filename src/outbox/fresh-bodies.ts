/** Request bodies that were put in a moment ago: with a Heap that keeps up they need not be read again. Bounded. */

import { bodyMemory } from "../batches";

/** Memory that they hold together, in bytes: a body may be much shorter than what it was written into. */
const MAX_BYTES = 8 * 1024 * 1024;

/** By position, in an outbox whose positions are those of all logs; else by what names a batch. */
export class FreshBodies<Key = number> {
  private readonly bodies = new Map<Key, Buffer>();
  private bytes = 0;

  /** Keeps the body of a batch; when there is no room, gives its memory back: whoever put it in uses it no more. */
  keep(key: Key, body: Buffer): void {
    if (this.bytes + body.buffer.byteLength > MAX_BYTES) {
      bodyMemory.give(body);
      return;
    }
    this.bodies.set(key, body);
    this.bytes += body.buffer.byteLength;
  }

  /** Gives back the memory of those that nobody will ask for. */
  forget(isUseless: (key: Key) => boolean): void {
    for (const key of [...this.bodies.keys()]) {
      const body = isUseless(key) ? this.take(key) : undefined;
      if (body) bodyMemory.give(body);
    }
  }

  /** Hands out a body, and keeps it no longer; undefined when it is not kept. */
  take(key: Key): Buffer | undefined {
    const body = this.bodies.get(key);
    if (!body) return undefined;
    this.bodies.delete(key);
    this.bytes -= body.buffer.byteLength;
    return body;
  }
}
