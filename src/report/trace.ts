/** What happened to a delivery, in words and in figures, for its page. Bounded, however long it takes. */

import { Pace, type PaceData } from "./pace";

export interface DeliveryEvent {
  /** When it happened, or began to; in milliseconds since 1970. */
  at: number;
  /** A whole sentence, without anything that Looker or Heap said. */
  text: string;
  /** What Looker or Heap said to it, which may quote personal data. */
  said?: string;
  /** How often it happened in a row. */
  times: number;
  /** When it last happened, in milliseconds since 1970. */
  lastAt: number;
}

/** Plain data: it is stored as JSON. */
export interface TraceData {
  events: readonly DeliveryEvent[];
  pace: PaceData;
}

/** The first events say how it began, the last how it ended: of more, those between are left out. */
const FIRST_EVENTS = 10;
const LAST_EVENTS = 40;

const MAX_SAID = 300;

export class Trace {
  readonly pace: Pace;
  private events: DeliveryEvent[];

  constructor(stored?: TraceData) {
    this.events = [...(stored?.events ?? [])];
    this.pace = new Pace(stored?.pace);
  }

  /** @param said what Looker or Heap said to it */
  note(at: number, text: string, said?: string): void {
    const known = this.events.slice(-LAST_EVENTS / 4).find((event) => event.text === text);
    if (known) {
      known.times++;
      known.lastAt = at;
      return;
    }
    const quoted = said === undefined || said === "" ? {} : { said: said.slice(0, MAX_SAID) };
    this.events.push({ at, text, ...quoted, times: 1, lastAt: at });
    if (this.events.length > FIRST_EVENTS + LAST_EVENTS) this.events.splice(FIRST_EVENTS, 1);
  }

  get data(): TraceData {
    return { events: this.events, pace: this.pace.data };
  }
}

/** What happened is noted by whoever reads the result, and by whoever sends it: each keeps its own. */
export interface Traces {
  reading?: TraceData;
  sending?: TraceData;
}

/** Both together, in the order in which it happened. */
export function whole({ reading, sending }: Traces): TraceData {
  const events = [...(reading?.events ?? []), ...(sending?.events ?? [])];
  return {
    events: events.sort((one, other) => one.at - other.at),
    pace: sending?.pace ?? new Pace().data,
  };
}
