/** Looker in a simulated world: it begins results, gives their rows and ends them, several at once. */

import type { Reading } from "../../src/delivery/reading";
import type { Ledger } from "./ledger";
import type { SimulatedHub } from "./simulated-hub";
import { type UserRecord, updateOf } from "./updates";

/** What a result is like, and how it is to be delivered. */
export interface Result {
  sync: "all" | "changed";
  /** Its columns. */
  keys: readonly string[];
  /** In all its cells; undefined: every row has another, and some rows leave columns out. */
  value: number | undefined;
}

export const EVERYTHING: Result = { sync: "all", keys: ["a", "b", "c"], value: undefined };

/** How a result ends that has been read whole. */
export const WHOLE = { truncated: false, messages: [] };
const ENVIRONMENT = { id: "123", host: "http://heap" };

/** Values of which every one is another are greater. */
const MOST_SHARED = 9;

export class SimulatedLooker {
  private values = MOST_SHARED;

  constructor(private readonly ledger: Ledger) {}

  /** Begins a result with these rows, as soon as the hub takes it. */
  begin(hub: SimulatedHub, result: Result, rows: readonly UserRecord[]): void {
    const { sync, keys } = result;
    const of = { environment: ENVIRONMENT, kind: "user", origin: {} } as const;
    const asked = { dryRun: false, sync, longValues: "truncate" } as const;
    void hub.deliveries.start({ ...of, asked }).then((delivery) => {
      for (const key of keys) delivery.column({ name: key, label: key, key, isIdentity: false, tell: false });
      this.ledger.begun(delivery.delivery.id, result);
      hub.reading.push({ delivery, result });
      this.give(delivery, rows);
    });
  }

  /** One of the results goes on. */
  goOn(hub: SimulatedHub, choice: number, identities: readonly string[]): void {
    const one = hub.reading[choice % hub.reading.length];
    if (one) this.give(one.delivery, this.rowsOf(one.result, identities));
  }

  /** One of the results comes to its end. */
  end(hub: SimulatedHub, choice: number): void {
    const [one] = hub.reading.splice(choice % Math.max(hub.reading.length, 1), 1);
    void one?.delivery.end(WHOLE);
  }

  endAll(hub: SimulatedHub): void {
    for (const { delivery } of hub.reading.splice(0)) void delivery.end(WHOLE);
  }

  rowsOf({ keys, value }: Result, identities: readonly string[]): UserRecord[] {
    return identities.map((identity) => {
      const own = ++this.values;
      // Later rows overwrite a part of what earlier ones have set.
      const named = value === undefined ? keys.filter((_key, at) => at === 0 || (own >> at) % 2 === 0) : keys;
      return { identity, properties: Object.fromEntries(named.map((key) => [key, value ?? own])) };
    });
  }

  private give(delivery: Reading, rows: readonly UserRecord[]): void {
    for (const record of rows)
      delivery.update(updateOf(record, this.ledger.give(delivery.delivery.id, record)));
    // As reading on would: when it is due.
    void delivery.checkpoint();
  }
}
