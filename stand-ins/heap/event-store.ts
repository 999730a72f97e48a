/** The events that the stand-in Heap holds, by environment. */

import type { EventPart } from "./check-event";
import type { HeapRecord } from "./check-records";

export type HeapEvent = HeapRecord & EventPart;

export class EventStore {
  private readonly environments = new Map<string, Map<string, HeapEvent>>();

  /** Of events with the same key the first one stands: "subsequent calls with the same key will not update data". */
  add(appId: string, events: readonly HeapEvent[]): void {
    const held = this.heldBy(appId);
    for (const event of events) {
      const key = event.idempotencyKey ?? `without a key, number ${held.size}`;
      if (!held.has(key)) held.set(key, event);
    }
  }

  /** In the order in which they came. */
  read(appId: string): HeapEvent[] {
    return [...this.heldBy(appId).values()];
  }

  private heldBy(appId: string): Map<string, HeapEvent> {
    let held = this.environments.get(appId);
    if (held === undefined) {
      held = new Map();
      this.environments.set(appId, held);
    }
    return held;
  }
}
