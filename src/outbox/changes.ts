/** Tells whoever listens what has changed in the outbox. Told in the same turn of the event loop in which it becomes true. */

import type { Environment } from "../heap";
import type { HealthState } from "../report";
import type { KeptDelivery } from "./kept-delivery";

export interface Changed {
  /** Something was put into the log of an environment. */
  grown: Environment;
  /** A delivery was cancelled. */
  cancelled: { id: string; environment: Environment };
  /** Heap takes what is for an environment otherwise than before. `isElsewhere`: another hub has found that. */
  health: { environment: Environment; state: HealthState; isElsewhere?: true };
  /** Nothing is left to do of a delivery: told by the one hub that has finished it. */
  finished: KeptDelivery;
  /** Nothing is left to do of a delivery that was begun here, or sent: another hub has finished it. */
  finishedElsewhere: { id: string };
  /** Something is left to do of deliveries that no hub sees to. */
  abandoned: undefined;
  /** Somebody wants an environment that is not well to be probed now. */
  probe: Environment;
}

type Listener<Name extends keyof Changed> = (what: Changed[Name]) => void;
type Listeners = { [Name in keyof Changed]: Set<Listener<Name>> };

export class Changes {
  private readonly listeners: Listeners = {
    grown: new Set(),
    cancelled: new Set(),
    health: new Set(),
    finished: new Set(),
    finishedElsewhere: new Set(),
    abandoned: new Set(),
    probe: new Set(),
  };

  /** @param signal ends the listening */
  listen<Name extends keyof Changed>(name: Name, listener: Listener<Name>, signal: AbortSignal): void {
    if (signal.aborted) return;
    const listeners: Set<Listener<Name>> = this.listeners[name];
    listeners.add(listener);
    signal.addEventListener("abort", () => listeners.delete(listener), { once: true });
  }

  announce<Name extends keyof Changed>(name: Name, what: Changed[Name]): void {
    const listeners: Set<Listener<Name>> = this.listeners[name];
    for (const listener of [...listeners]) listener(what);
  }
}
