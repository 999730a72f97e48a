/**
 * What Heap may hold after what was committed: with everything that counts, in its order, and with any part of what
 * was cancelled. What `sync: changed` left out counts like what was sent: Heap is to hold just that.
 */

import type { Committed } from "./ledger";
import { applyTo, type UserRecord } from "./updates";

type Held = ReadonlyMap<string, UserRecord["properties"]>;

/**
 * @param mayMiss whether Heap need not have got a record
 * @returns users of whom Heap holds something else, a sentence each
 */
export function impossibleIn(
  held: Held,
  committed: readonly Committed[],
  mayMiss: (delivery: string) => boolean,
): string[] {
  const possible = new Map<string, Map<string, Held>>();
  for (const { delivery, records } of committed) {
    for (const record of records) {
      const before = possible.get(record.identity) ?? new Map([["", new Map()]]);
      const after = [...before.values()].map((state) => stateAfter(state, record));
      const both = mayMiss(delivery) ? [...before.values(), ...after] : after;
      possible.set(record.identity, new Map(both.map((state) => [textOf(state, record.identity), state])));
    }
  }
  const users = new Set([...held.keys(), ...possible.keys()]);
  return [...users].flatMap((identity) => {
    const states = [...(possible.get(identity)?.keys() ?? [""])];
    const text = textOf(held, identity);
    return states.includes(text) ? [] : [`${identity} is ${text}, not ${states.join(" or ")}`];
  });
}

function stateAfter(state: Held, record: UserRecord): Held {
  const after = new Map(state);
  applyTo(after, record);
  return after;
}

/** The same properties are the same text, in whatever order they were set. */
function textOf(held: Held, identity: string): string {
  const properties = held.get(identity);
  return properties ? JSON.stringify(Object.entries(properties).sort()) : "";
}
