/** When an event was: the time in a cell, as a moment. */

import { DAY_MS, dayNumber } from "./days";
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

const PLAIN = Buffer.from("0000-00-00 00:00:00");
/** Characters of its day. */
const PLAIN_DAY = 10;

const ZERO = 0x30;
const NINE = 0x39;

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
    const plain = plainTime(bytes, starts[column]! + 1, ends[column]! - 1);
    if (plain !== undefined) return this.inZone(plain);
    const content = bytes.toString("latin1", starts[column]! + 1, ends[column]! - 1);
    const text = (content.includes("\\") ? String(JSON.parse(`"${content}"`)) : content).trim();
    return text === "" ? "none" : (this.momentOf(text) ?? "unreadable");
  }

  private momentOf(text: string): number | undefined {
    const parts = TIME.exec(text);
    if (!parts) return undefined;
    const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = "", zone] = parts;
    const date = dayNumber(Number(year), Number(month), Number(day));
    if (date === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
      return undefined;
    const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
    const shown = date * DAY_MS + seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"));
    if (zone === undefined) return this.inZone(shown);
    const offset = offsetOf(zone);
    return offset === undefined ? undefined : shown - offset;
  }

  private inZone(shown: number): number {
    return this.zone?.momentOf(shown) ?? shown;
  }
}

/**
 * What a text of the form `YYYY-MM-DD HH:MM:SS` or `YYYY-MM-DD` shows, as Looker writes nearly every time, in milliseconds since
 * 1970 if it were UTC. For these no string is made.
 * @returns undefined when it is of another form, or there is no such time
 */
function plainTime(bytes: Buffer, start: number, end: number): number | undefined {
  const length = end - start;
  if (length !== PLAIN.length && length !== PLAIN_DAY) return undefined;
  for (let at = 0; at < length; at++) {
    const byte = bytes[start + at]!;
    const wanted = PLAIN[at]!;
    if (wanted === ZERO ? byte < ZERO || byte > NINE : byte !== wanted) return undefined;
  }
  const year = two(bytes, start) * 100 + two(bytes, start + 2);
  const day = dayNumber(year, two(bytes, start + 5), two(bytes, start + 8));
  if (day === undefined || length === PLAIN_DAY) return day === undefined ? undefined : day * DAY_MS;
  const hour = two(bytes, start + 11);
  const minute = two(bytes, start + 14);
  const second = two(bytes, start + 17);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return day * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** The number that two digits are. */
function two(bytes: Buffer, at: number): number {
  return (bytes[at]! - ZERO) * 10 + bytes[at + 1]! - ZERO;
}

/** In milliseconds ahead of UTC; undefined when no clock is so far from it. */
function offsetOf(zone: string): number | undefined {
  const [, sign, hours = "0", minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === "-" ? -offset : offset;
}
