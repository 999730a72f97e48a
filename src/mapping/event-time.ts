/** When an event was: the time in a cell, as a moment. */

import { Cell, type Row } from "./query-result";
import { TimeZone } from "./time-zone";

/** What a cell says: a moment in milliseconds since 1970, nothing, or nothing that can be read as a time. */
export type CellTime = number | "none" | "unreadable";

/**
 * ISO 8601, down to an hour or a day, with or without a zone; Looker's times have a space where that has a `T`, and of some
 * databases `UTC` at their end.
 */
const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)? ?(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/i;

export class EventTimes {
  private readonly zone: TimeZone | undefined;

  /** @param zone in which times are read that do not say theirs */
  constructor(zone: string) {
    this.zone = zone === "UTC" ? undefined : new TimeZone(zone);
  }

  read({ kinds, bytes, starts, ends, cut }: Row, column: number): CellTime {
    const kind = kinds[column];
    if (kind === Cell.Missing || kind === Cell.Null) return "none";
    if (kind !== Cell.Text || cut[column]) return "unreadable";
    const content = bytes.toString("latin1", starts[column]! + 1, ends[column]! - 1);
    const text = (content.includes("\\") ? String(JSON.parse(`"${content}"`)) : content).trim();
    return text === "" ? "none" : (this.momentOf(text) ?? "unreadable");
  }

  private momentOf(text: string): number | undefined {
    const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = "", zone] = TIME.exec(text) ?? [];
    const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
    if (!isDay(date, Number(year), Number(month))) return undefined;
    if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
    const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
    const shown = date + seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"));
    if (zone === undefined) return this.zone?.momentOf(shown) ?? shown;
    const offset = offsetOf(zone);
    return offset === undefined ? undefined : shown - offset;
  }
}

/** Whether a day is in the month it was said to be in: one that there is not is taken for one of another month. */
function isDay(date: number, year: number, month: number): boolean {
  if (Number.isNaN(date)) return false;
  const read = new Date(date);
  return read.getUTCFullYear() === year && read.getUTCMonth() === month - 1;
}

/** In milliseconds ahead of UTC; undefined when no clock is so far from it. */
function offsetOf(zone: string): number | undefined {
  const [, sign, hours = "0", minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === "-" ? -offset : offset;
}
