/** Times in cells, in any zone and around a change of clocks. */

import fc from "fast-check";
import { ByteWriter } from "../../src/byte-writer";
import { EventTimes } from "../../src/mapping/event-time";
import { IsoTimes } from "../../src/mapping/iso-time";
import { isTimeZone, TimeZone } from "../../src/mapping/time-zone";
import { rowOf } from "../helpers/row-of";

/** As ISO 8601 in UTC; what is no moment as it is. */
function read(text: string, zone = "UTC"): string {
  const time = new EventTimes(zone).read(rowOf(1, [JSON.stringify(text)]), 0);
  return typeof time === "number" ? new Date(time).toISOString() : time;
}

it.each([
  ["2025-03-30 14:05:09", "2025-03-30T14:05:09.000Z"],
  ["2025-03-30T14:05:09", "2025-03-30T14:05:09.000Z"],
  ["2025-03-30T14:05:09Z", "2025-03-30T14:05:09.000Z"],
  ["2025-03-30T14:05:09.123456+02:00", "2025-03-30T12:05:09.123Z"],
  ["2025-03-30 14:05:09-0730", "2025-03-30T21:35:09.000Z"],
  ["2025-03-30 14:05:09 UTC", "2025-03-30T14:05:09.000Z"],
  ["2025-03-30 14:05", "2025-03-30T14:05:00.000Z"],
  ["2025-03-30 14", "2025-03-30T14:00:00.000Z"],
  [" 2025-03-30 ", "2025-03-30T00:00:00.000Z"],
  ["2024-02-29", "2024-02-29T00:00:00.000Z"],
])("%j is %s", (text, moment) => {
  expect(read(text)).toBe(moment);
});

it.each([
  ["yesterday"],
  ["2025-02-29"],
  ["2025-13-01"],
  ["2025-03-30 24:00:00"],
  ["2025-03-30 14:60:00"],
  ["2025-03-30T14:05:09+99:00"],
  ["0050-01-01"],
  ["30.03.2025"],
  ["1743343509"],
])("%j is no time", (text) => {
  expect(read(text)).toBe("unreadable");
});

it("an empty text is none", () => {
  expect([read(""), read("  ")]).toEqual(["none", "none"]);
});

it("whatever day there is, and no other, is read and written as a Date has it", () => {
  const iso = new IsoTimes();
  const parts = fc.tuple(
    fc.integer({ min: 100, max: 9998 }),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
    fc.integer({ min: 0, max: 86_400_000 - 1 }),
  );
  fc.assert(
    fc.property(parts, ([year, month, day, rest]) => {
      const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
      const time = new Date(rest).toISOString().slice(11, 23);
      const expected = new Date(`${date}T${time}Z`);
      const isThere = !Number.isNaN(expected.getTime()) && expected.toISOString().startsWith(date);
      expect(read(`${date} ${time}`)).toBe(isThere ? expected.toISOString() : "unreadable");
      expect(read(`${date} ${time.slice(0, 8)}`)).toBe(
        isThere ? `${date}T${time.slice(0, 8)}.000Z` : "unreadable",
      );
      if (!isThere) return;
      const out = new ByteWriter(8);
      iso.write(expected.getTime(), out);
      expect(out.bytes.toString("latin1", 0, out.length)).toBe(expected.toISOString());
    }),
  );
});

function two(value: number): string {
  return String(value).padStart(2, "0");
}

describe("a change of clocks", () => {
  it.each([
    // Berlin: forward at 01:00 UTC on 30 March 2025, back at 01:00 UTC on 26 October.
    ["Europe/Berlin", "2025-03-30 01:59:59", "2025-03-30T00:59:59.000Z"],
    ["Europe/Berlin", "2025-03-30 03:00:00", "2025-03-30T01:00:00.000Z"],
    ["Europe/Berlin", "2025-10-26 01:59:59", "2025-10-25T23:59:59.000Z"],
    ["Europe/Berlin", "2025-10-26 03:00:00", "2025-10-26T02:00:00.000Z"],
    // New York: forward at 07:00 UTC on 9 March 2025, back at 06:00 UTC on 2 November.
    ["America/New_York", "2025-03-09 01:59:59", "2025-03-09T06:59:59.000Z"],
    ["America/New_York", "2025-03-09 03:00:00", "2025-03-09T07:00:00.000Z"],
    ["America/New_York", "2025-11-02 02:00:00", "2025-11-02T07:00:00.000Z"],
    // Lord Howe: half an hour, back at 15:00 UTC on 5 April 2025.
    ["Australia/Lord_Howe", "2025-04-06 01:29:59", "2025-04-05T14:29:59.000Z"],
    ["Australia/Lord_Howe", "2025-04-06 02:00:00", "2025-04-05T15:30:00.000Z"],
    // Without any.
    ["Asia/Kolkata", "2025-03-30 02:30:00", "2025-03-29T21:00:00.000Z"],
  ])("in %s: %s is %s", (zone, text, moment) => {
    expect(read(text, zone)).toBe(moment);
  });

  it("what clocks show twice is the first of the two", () => {
    expect(read("2025-10-26 02:30:00", "Europe/Berlin")).toBe("2025-10-26T00:30:00.000Z");
  });

  it("what clocks never show is read as if they had not been set forward", () => {
    expect(read("2025-03-30 02:30:00", "Europe/Berlin")).toBe("2025-03-30T01:30:00.000Z");
  });

  it("whatever clocks show at a moment is read as that moment, or as an hour before", () => {
    const zones = [
      "Europe/Berlin",
      "America/New_York",
      "Pacific/Apia",
      "Asia/Kathmandu",
      "America/Sao_Paulo",
    ];
    const seconds = fc.integer({ min: Date.UTC(1990, 0, 1) / 1000, max: Date.UTC(2035, 0, 1) / 1000 });
    const read = new Map(zones.map((name) => [name, new TimeZone(name)]));
    fc.assert(
      fc.property(fc.constantFrom(...zones), seconds, (name, second) => {
        const shown = shownIn(name, second * 1000);
        const moment = read.get(name)?.momentOf(shown) ?? Number.NaN;
        expect([second * 1000, second * 1000 - 3_600_000]).toContain(moment);
        expect(shownIn(name, moment)).toBe(shown);
      }),
    );
  });
});

/** What clocks show, worked out another way: from Swedish times, which are written as ISO 8601. */
function shownIn(timeZone: string, moment: number): number {
  return Date.parse(`${new Date(moment).toLocaleString("sv-SE", { timeZone }).replace(" ", "T")}Z`);
}

it("knows which zones there are", () => {
  expect(["UTC", "Europe/Berlin", "Berlin", "Mars/Base", ""].map(isTimeZone)).toEqual([
    ...[true, true, false, false, false],
  ]);
});
