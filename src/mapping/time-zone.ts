/** What the clocks of a time zone show, turned into a moment. */

import { DAY_MS } from "./days";

/** Days whose offset is remembered: some 90 years. */
const MAX_DAYS = 1 << 15;

/** Whether it is a time zone's name, such as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  try {
    return formatIn(name) !== undefined;
  } catch {
    return false;
  }
}

export class TimeZone {
  private readonly format: Intl.DateTimeFormat;
  /** By day since 1970: how far the clocks are ahead of UTC at its beginning (of UTC), in milliseconds. */
  private readonly offsets = new Map<number, number>();

  /** @throws RangeError when there is no such zone */
  constructor(name: string) {
    this.format = formatIn(name);
  }

  /**
   * The moment at which clocks show a time. Of the two that show it when they are set back it is the first; a time that is
   * left out when they are set forward is read as if they had not been: as `compatible` in ECMAScript's Temporal.
   * @param shown what clocks show, as milliseconds since 1970 if it were UTC
   * @returns milliseconds since 1970
   */
  momentOf(shown: number): number {
    const day = Math.floor(shown / DAY_MS);
    // No clock is more than a day away from UTC.
    const before = this.offsetOfDay(day - 1);
    const after = this.offsetOfDay(day + 2);
    if (before === after) return shown - before;
    const moments = [shown - before, shown - after].filter((at) => at + this.offsetAt(at) === shown);
    return moments.length === 0 ? shown - before : Math.min(...moments);
  }

  private offsetOfDay(day: number): number {
    const known = this.offsets.get(day);
    if (known !== undefined) return known;
    if (this.offsets.size >= MAX_DAYS) this.offsets.clear();
    const offset = this.offsetAt(day * DAY_MS);
    this.offsets.set(day, offset);
    return offset;
  }

  /** How far the clocks are ahead of UTC, in milliseconds. */
  private offsetAt(moment: number): number {
    const second = Math.floor(moment / 1000) * 1000;
    const parts = this.format.formatToParts(second);
    const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
    const day = Date.UTC(part("year"), part("month") - 1, part("day"));
    return day + ((part("hour") * 60 + part("minute")) * 60 + part("second")) * 1000 - second;
  }
}

function formatIn(timeZone: string): Intl.DateTimeFormat {
  const two = "2-digit";
  return new Intl.DateTimeFormat("en-US", {
    ...{ timeZone, hourCycle: "h23", calendar: "gregory", numberingSystem: "latn" },
    ...{ year: "numeric", month: two, day: two, hour: two, minute: two, second: two },
  });
}
