/** Request bodies that were put in a moment ago: with a Heap that keeps up they need not be read again. Bounded. */

import { bodyMemory } from "../../batches";

/** Memory that they hold together, in bytes: a body may be much shorter than what it was written into. */
const MAX_BYTES = 8 * 1024 * 1024;

export class FreshBodies {
  private readonly bodies = new Map<number, Buffer>();
  private bytes = 0;

  /** Keeps the body of a batch; when there is no room, gives its memory back: whoever put it in uses it no more. */
  keep(position: number, body: Buffer): void {
    if (this.bytes + body.buffer.byteLength > MAX_BYTES) {
      bodyMemory.give(body);
      return;
    }
    this.bodies.set(position, body);
    this.bytes += body.buffer.byteLength;
  }

  /** Hands out a body, and keeps it no longer; undefined when it is not kept. */
  take(position: number): Buffer | undefined {
    const body = this.bodies.get(position);
    if (!body) return undefined;
    this.bodies.delete(position);
    this.bytes -= body.buffer.byteLength;
    return body;
  }
}
