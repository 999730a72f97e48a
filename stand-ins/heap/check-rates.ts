/** Holds every request against Heap's rolling limits. */

import {
  EVENT_WINDOW_MS,
  MAX_EVENTS_PER_MINUTE,
  MAX_EVENTS_PER_MINUTE_OF_IDENTITY,
  MAX_REQUESTS_PER_IDENTITY,
  RATE_WINDOW_MS,
} from "../../src/heap";
import { Breach } from "./breach";
import { isObject } from "./is-object";
import { type Amounts, RateWindow } from "./rate-window";
import type { Envelope } from "./read-envelope";
import type { Route } from "./routes";

export class RateCheck {
  private readonly windows = new Map<string, RateWindow>();

  /** @param now the time in milliseconds, never going back */
  constructor(private readonly now: () => number) {}

  /** @throws Breach (429) when the request is one too many, or holds too many events; it counts all the same */
  check(route: Route, { appId, records }: Envelope): void {
    const { identityKey, type } = route;
    const identities = identitiesOf(route, records);
    const once = new Map([...identities.keys()].map((identity) => [identity, 1]));
    // Users and events have the same identities: their requests may count together.
    const requests = this.count(`requests of ${identityKey}s of ${appId}`, RATE_WINDOW_MS, once);
    if (type === "event") this.checkEvents(appId, records.length, identities);
    if (requests > MAX_REQUESTS_PER_IDENTITY) {
      throw new Breach(
        429,
        `request ${requests} within ${RATE_WINDOW_MS / 1000} s for one ${identityKey} of environment ${appId}, ` +
          `the limit is ${MAX_REQUESTS_PER_IDENTITY}`,
      );
    }
  }

  private checkEvents(appId: string, events: number, identities: Amounts): void {
    const within = `within ${EVENT_WINDOW_MS / 1000} s for`;
    const all = this.count(`events of ${appId}`, EVENT_WINDOW_MS, new Map([["", events]]));
    const most = this.count(`events of identities of ${appId}`, EVENT_WINDOW_MS, identities);
    if (all > MAX_EVENTS_PER_MINUTE)
      throw new Breach(
        429,
        `${all} events ${within} environment ${appId}, the limit is ${MAX_EVENTS_PER_MINUTE}`,
      );
    if (most > MAX_EVENTS_PER_MINUTE_OF_IDENTITY) {
      throw new Breach(
        429,
        `${most} events ${within} one identity of environment ${appId}, the limit is ${MAX_EVENTS_PER_MINUTE_OF_IDENTITY}`,
      );
    }
  }

  private count(what: string, windowMs: number, amounts: Amounts): number {
    let window = this.windows.get(what);
    if (window === undefined) {
      window = new RateWindow(windowMs);
      this.windows.set(what, window);
    }
    return window.count(amounts, this.now());
  }
}

/** Identity → how many of the records are its. */
function identitiesOf({ identityOf }: Route, records: readonly unknown[]): Amounts {
  const identities = new Map<string, number>();
  for (const record of records) {
    const identity = isObject(record) ? identityOf(record) : undefined;
    if (typeof identity === "string") identities.set(identity, (identities.get(identity) ?? 0) + 1);
  }
  return identities;
}
