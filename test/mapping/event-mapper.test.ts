/** Rows that become events: "Rules of events" in the docs. */

import { FormError } from "../../src/errors";
import { EventMapper, type EventOptions, type Field } from "../../src/mapping";
import { EventSink } from "../helpers/event-sink";
import { EMAIL, field, OPTIONS } from "../helpers/map-rows";
import { rowOf } from "../helpers/row-of";

const NOW = Date.UTC(2025, 5, 1, 12);

const AT = field("orders.paid_time", { label: "Paid Time" });
const WHAT = field("events.name", { label: "What" });
const ID = field("orders.id", { label: "Orders ID" });
const AMOUNT = field("orders.amount", { label: "Amount" });

const EVENTS: EventOptions = {
  environmentId: "123",
  event: "Order Paid",
  eventField: "",
  timeField: "",
  keyField: "",
  timeZone: "UTC",
  startedAt: NOW,
  mapping: OPTIONS,
};

/** @param rows each as the JSON texts of its cells, by field */
function map(
  fields: readonly Field[],
  rows: readonly (readonly (string | undefined)[])[],
  options: Partial<EventOptions> = {},
): EventSink {
  const sink = new EventSink();
  const mapper = new EventMapper({ ...EVENTS, ...options }, sink);
  mapper.fields({ fields, pivots: [] });
  for (const [index, own] of fields.entries()) mapper.column({ field: own, index });
  for (const [index, row] of rows.entries()) mapper.row(rowOf(index + 1, row));
  return sink;
}

function keysOf({ events }: EventSink): string[] {
  return events.map((event) => event.idempotency_key);
}

/** The sentence beside a field of the form. */
function problemOf(run: () => unknown): Readonly<Record<string, string>> {
  try {
    run();
  } catch (error) {
    if (error instanceof FormError) return error.fields;
    throw error;
  }
  throw new Error("nothing is wrong with it");
}

it("a row is an event with its identity, name, time, key and properties", () => {
  const fields = [EMAIL, AT, ID, AMOUNT];
  const row = ['"a@x"', '"2025-03-30 14:05:00"', "9007199254740993", "-1.50"];
  expect(map(fields, [row], { timeField: "Paid Time" }).events).toEqual([
    {
      identity: "a@x",
      event: "Order Paid",
      timestamp: "2025-03-30T14:05:00.000Z",
      idempotency_key: expect.stringMatching(/^[0-9a-f]{32}$/),
      properties: { "Orders ID": "9007199254740993", Amount: -1.5 },
    },
  ]);
});

it("an event needs no properties", () => {
  expect(map([EMAIL], [['"a@x"']]).events).toMatchObject([{ event: "Order Paid", properties: {} }]);
});

it("a row without an identity is skipped, and one with a wrong one is a reject", () => {
  const { events, skips, rejects } = map([EMAIL], [["null"], ['" "'], ["true"]]);
  expect([events, skips]).toEqual([[], ["no identity", "no identity"]]);
  expect(rejects).toEqual([{ row: 3, reason: "the identity is a boolean", column: "Users Email" }]);
});

describe("the name", () => {
  it.each([
    ["entered", WHAT, { event: "", eventField: "what" }],
    ["tagged", { ...WHAT, tags: ["heap_event_name"] }, { event: "" }],
  ])("is in the column that is %s, which is no property", (_how, column, options) => {
    const { events } = map(
      [EMAIL, column],
      [
        ['"a@x"', '"Signed \\"up\\""'],
        ['"a@x"', "7"],
      ],
      options,
    );
    expect(events).toMatchObject([
      { event: 'Signed "up"', properties: {} },
      { event: "7", properties: {} },
    ]);
  });

  it("entered for all goes before a tag", () => {
    const tagged = { ...WHAT, tags: ["heap_event_name"] };
    const { events } = map([EMAIL, tagged], [['"a@x"', '"Other"']]);
    expect(events).toMatchObject([{ event: "Order Paid", properties: { What: "Other" } }]);
  });

  it("may have 1024 characters; a row with a longer one is a reject", () => {
    const [fits, tooLong] = [1024, 1025].map((length) => JSON.stringify("é".repeat(length)));
    const { events, rejects } = map(
      [EMAIL, WHAT],
      [
        ['"a@x"', fits],
        ['"a@x"', tooLong],
      ],
      {
        event: "",
        eventField: "What",
      },
    );
    expect(events).toHaveLength(1);
    expect(rejects).toEqual([
      { row: 2, identity: "a@x", reason: "the event's name is longer than 1024 characters", column: "What" },
    ]);
  });

  it.each([["null"], ['""'], ['" \\t"'], [undefined]])("that is %j has its row skipped", (cell) => {
    const { events, skips } = map([EMAIL, WHAT], [['"a@x"', cell]], { event: "", eventField: "What" });
    expect([events, skips]).toEqual([[], ["no name"]]);
  });

  it.each([["true"], ['["a"]'], ['"\\ud800"']])("that is %s is none: the row is a reject", (cell) => {
    const { rejects } = map([EMAIL, WHAT], [['"a@x"', cell]], { event: "", eventField: "What" });
    expect(rejects).toMatchObject([{ row: 1, identity: "a@x", column: "What" }]);
  });

  it("is asked for where nothing says it", () => {
    expect(problemOf(() => map([EMAIL, WHAT], [], { event: "" }))).toEqual({
      event: expect.stringContaining("tag that column in LookML with heap_event_name. Its columns are: "),
    });
  });

  it("is in no column that is not there", () => {
    expect(problemOf(() => map([EMAIL], [], { event: "", eventField: "What" }))).toEqual({
      event_field: 'No column of this query is called "What". Its columns are: Users Email (users.email).',
    });
  });
});

describe("the time", () => {
  /** The timestamps of events at these times. */
  function timesOf(cells: readonly (string | undefined)[], options: Partial<EventOptions> = {}): EventSink {
    const rows = cells.map((cell) => ['"a@x"', cell]);
    return map([EMAIL, AT], rows, { timeField: "orders.paid_time", ...options });
  }

  it("is in the tagged column, which is no property", () => {
    const tagged = { ...AT, tags: ["heap_event_time"] };
    const { events } = map([EMAIL, tagged], [['"a@x"', '"2025-01-01T00:00:00+01:00"']]);
    expect(events).toMatchObject([{ timestamp: "2024-12-31T23:00:00.000Z", properties: {} }]);
  });

  it("is read in the time zone of the form, where it does not say its own", () => {
    const { events } = timesOf(['"2025-05-01 12:00:00"', '"2025-05-01T12:00:00Z"'], {
      timeZone: "America/New_York",
    });
    expect(events.map(({ timestamp }) => timestamp)).toEqual([
      "2025-05-01T16:00:00.000Z",
      "2025-05-01T12:00:00.000Z",
    ]);
  });

  it("without a column is that of the delivery, the same for all rows", () => {
    const { events } = map([EMAIL], [['"a@x"'], ['"b@x"']]);
    expect(events.map(({ timestamp }) => timestamp)).toEqual([
      "2025-06-01T12:00:00.000Z",
      "2025-06-01T12:00:00.000Z",
    ]);
  });

  it("that is none makes its row a reject", () => {
    const { events, rejects } = timesOf(["null", '"soon"', "2025", '"2025-02-30"', undefined]);
    expect(events).toEqual([]);
    expect(rejects.map(({ row, reason }) => [row, reason])).toEqual([
      [1, "it has no time"],
      [2, "its time is neither ISO 8601 nor of the form YYYY-MM-DD HH:MM:SS"],
      [3, "its time is neither ISO 8601 nor of the form YYYY-MM-DD HH:MM:SS"],
      [4, "its time is neither ISO 8601 nor of the form YYYY-MM-DD HH:MM:SS"],
      [5, "it has no time"],
    ]);
  });

  it("may be a day in the future; a row with a later one is a reject", () => {
    const { events, rejects } = timesOf(['"2025-06-02 12:00:00"', '"2025-06-02 12:00:01"']);
    expect(events).toHaveLength(1);
    expect(rejects).toEqual([
      { row: 2, identity: "a@x", reason: "its time is more than a day in the future", column: "Paid Time" },
    ]);
  });
});

describe("the key", () => {
  const FIELDS = [EMAIL, AT, ID, AMOUNT];
  const ROW = ['"a@x"', '"2025-03-30 14:05:00"', "7", "5"];
  const TIMED = { timeField: "Paid Time" };

  it("is the same for the same row, whenever it is delivered", () => {
    const first = map(FIELDS, [ROW, ROW], TIMED);
    const later = map(FIELDS, [ROW], { ...TIMED, startedAt: NOW + 86_400_000 });
    expect(new Set([...keysOf(first), ...keysOf(later)]).size).toBe(1);
  });

  it("is the same for the same row without a time, though the delivery has another", () => {
    const [first, later] = [NOW, NOW + 86_400_000].map((startedAt) =>
      map([EMAIL], [['"a@x"']], { startedAt }),
    );
    expect(first && keysOf(first)).toEqual(later && keysOf(later));
  });

  it.each([
    ["identity", FIELDS, [['"b@x"', ...ROW.slice(1)]], TIMED],
    ["time", FIELDS, [['"a@x"', '"2025-03-30 14:05:01"', "7", "5"]], TIMED],
    ["property", FIELDS, [['"a@x"', '"2025-03-30 14:05:00"', "7", "6"]], TIMED],
    ["name", FIELDS, [ROW], { ...TIMED, event: "Order Sent" }],
    ["environment", FIELDS, [ROW], { ...TIMED, environmentId: "124" }],
  ])("is another for another %s", (_what, fields, rows, options) => {
    expect(keysOf(map(fields, rows, options))).not.toEqual(keysOf(map(FIELDS, [ROW], TIMED)));
  });

  it("is that of the column entered or tagged, whatever the other properties are", () => {
    const rows = [ROW, [...ROW.slice(0, 3), "6"], [...ROW.slice(0, 2), "8", "5"]];
    const tagged = [EMAIL, AT, { ...ID, tags: ["heap_event_key"] }, AMOUNT];
    const keys = keysOf(map(FIELDS, rows, { ...TIMED, keyField: "Orders ID" }));
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0]).not.toBe(keys[2]);
    expect(keysOf(map(tagged, rows, TIMED))).toEqual(keys);
  });

  it("of a row with nothing in that column is of all properties", () => {
    const rows = ["5", "6"].map((amount) => ['"a@x"', '"2025-03-30 14:05:00"', "null", amount]);
    const [one, other] = keysOf(map(FIELDS, rows, { ...TIMED, keyField: "Orders ID" }));
    expect(one).not.toBe(other);
  });

  it("its column is a property too", () => {
    const { events } = map(FIELDS, [ROW], { ...TIMED, keyField: "Orders ID" });
    expect(events[0]?.properties).toEqual({ "Orders ID": 7, Amount: 5 });
  });
});
