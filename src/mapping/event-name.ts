/** What an event is called: a text for all of them, or what a cell holds. */

import { MAX_EVENT_NAME_LENGTH } from "../batches";
import { type FixedBytes, fixedBytes } from "../byte-writer";
import { Cell, type Row } from "./query-result";

/** A name as JSON text; or why there is none: it is blank, or can't be used. */
export type EventName = { json: FixedBytes } | { blank: true } | { reason: string };

/** Different names that are remembered: events have few. */
const MAX_NAMES = 256;

const BLANK: EventName = { blank: true };

export class EventNames {
  /** By the JSON text of the cell. */
  private readonly known = new Map<string, EventName>();

  read({ kinds, bytes, starts, ends, cut }: Row, column: number): EventName {
    const start = starts[column]!;
    const end = ends[column]!;
    switch (kinds[column]) {
      case Cell.Missing:
      case Cell.Null:
        return BLANK;
      case Cell.Text:
        return cut[column] ? TOO_LONG : this.inText(bytes, start, end);
      case Cell.Number:
        return eventName(bytes.toString("latin1", start, end));
      case Cell.True:
      case Cell.False:
        return { reason: "the event's name is a boolean" };
      default:
        return { reason: "the event's name is a list or an object" };
    }
  }

  private inText(bytes: Buffer, start: number, end: number): EventName {
    const key = bytes.toString("latin1", start, end);
    const known = this.known.get(key);
    if (known) return known;
    const name = eventName(String(JSON.parse(bytes.toString("utf8", start, end))));
    if (this.known.size < MAX_NAMES) this.known.set(key, name);
    return name;
  }
}

const TOO_LONG: EventName = {
  reason: `the event's name is longer than ${MAX_EVENT_NAME_LENGTH} characters`,
};

export function eventName(text: string): EventName {
  if (text.trim() === "") return BLANK;
  if (text.length > MAX_EVENT_NAME_LENGTH) return TOO_LONG;
  if (!text.isWellFormed()) return { reason: "the event's name holds half a character (a lone surrogate)" };
  return { json: fixedBytes(Buffer.from(JSON.stringify(text))) };
}
