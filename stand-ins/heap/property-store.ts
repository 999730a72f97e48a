/** What the stand-in Heap holds: for each environment, its users and accounts and their properties. */

import type { HeapRecord, PropertyValue } from "./check-records";
import type { Route } from "./routes";

/** What properties are set of. */
type Holder = Exclude<Route["type"], "event">;

/** Property key → the value last written. */
export type Properties = ReadonlyMap<string, PropertyValue>;

type Holders = Map<string, Map<string, PropertyValue>>;

export class PropertyStore {
  private readonly environments = {
    user: new Map<string, Holders>(),
    account: new Map<string, Holders>(),
    "user by e-mail": new Map<string, Holders>(),
  };

  /** Writes the records in their order: a key that is named is overwritten, one that is not stays. */
  merge(type: Holder, appId: string, records: readonly HeapRecord[]): void {
    const holders = this.holdersOf(type, appId);
    for (const { identity, properties } of records) {
      const held = holders.get(identity);
      if (held === undefined) {
        holders.set(identity, new Map(Object.entries(properties)));
        continue;
      }
      for (const [key, value] of Object.entries(properties)) held.set(key, value);
    }
  }

  /** The live view of an environment: identity → properties. Empty for one that nothing was written to. */
  read(type: Holder, appId: string): ReadonlyMap<string, Properties> {
    return this.holdersOf(type, appId);
  }

  private holdersOf(type: Holder, appId: string): Holders {
    const environments = this.environments[type];
    let holders = environments.get(appId);
    if (holders === undefined) {
      holders = new Map();
      environments.set(appId, holders);
    }
    return holders;
  }
}
