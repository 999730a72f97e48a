/** The reply: one sentence after another, with all the counts. */

import { factsOf, describe as reply } from "../../src/report/describe";
import { nothingRead, type Read, type ReadingEnd, type Report, type Rerun } from "../../src/report/report";

const noName = () => undefined;

const WHOLE = { truncated: false, messages: [] };

/** What a report says of the reading, in one. */
interface Reading extends Read {
  dryRun: boolean;
  longValues: "truncate" | "drop";
  rerun: Rerun;
  end: ReadingEnd | undefined;
}

function report(
  { dryRun = false, longValues = "truncate", rerun, ...reading }: Partial<Reading>,
  rest: Partial<Report> = {},
): Report {
  const { end, ...read } = { ...nothingRead(), end: WHOLE, ...reading };
  return {
    environment: { id: "123", host: "http://heap" },
    kind: "user",
    asked: { dryRun, longValues, sync: "all", ...(rerun && { rerun }) },
    read,
    ...(end && { end }),
    health: {},
    sent: read.users,
    refused: 0,
    dropped: 0,
    refusals: [],
    ...rest,
  };
}

const column = { name: "users.email", label: "Users Email", isIdentity: true, tell: false };

it.each<[string, Report, boolean, string]>([
  [
    "everything sent",
    report({ rows: 48_112, users: 48_112 }),
    true,
    "Sent 48,112 users to Heap environment 123.",
  ],
  [
    "one account",
    report({ rows: 1, users: 1 }, { kind: "account" }),
    true,
    "Sent 1 account to Heap environment 123.",
  ],
  [
    "rows without an identity",
    report({ rows: 15, users: 1, skippedNoIdentity: 14, columns: [column] }),
    true,
    "Sent 1 user to Heap environment 123. 14 rows had no value in Users Email and were skipped.",
  ],
  [
    "rows without a property",
    report({ rows: 2, users: 1, skippedNoProperties: 1 }),
    true,
    "Sent 1 user to Heap environment 123. 1 row had nothing to send and was skipped.",
  ],
  [
    "events without a name",
    report({ rows: 3, users: 1, skippedNoName: 2 }, { kind: "event" }),
    true,
    "Sent 1 event to Heap environment 123. 2 rows had no name for an event and were skipped.",
  ],
  [
    "more events than Heap takes in a minute",
    report({ rows: 515_000, users: 515_000 }, { kind: "event", sent: 15_000 }),
    true,
    "Accepted: 15,000 of 515,000 events sent to Heap environment 123 so far, the rest follows. What is left takes about " +
      "33 minutes, at Heap's limit of 15,000 events a minute for an environment.",
  ],
  [
    "no more events than Heap takes in a minute",
    report({ rows: 16_000, users: 16_000 }, { kind: "event", sent: 1000 }),
    true,
    "Accepted: 1,000 of 16,000 events sent to Heap environment 123 so far, the rest follows.",
  ],
  ["no rows", report({}), true, "The result has no rows, so nothing was sent to Heap environment 123."],
  [
    "unchanged users",
    report({ rows: 3, users: 1, unchanged: 2 }),
    true,
    "Sent 1 user to Heap environment 123. 2 users were unchanged and not sent again.",
  ],
  [
    "nothing changed",
    report({ rows: 2, unchanged: 2 }),
    true,
    "Nothing has changed for Heap environment 123. 2 users were unchanged and not sent again.",
  ],
  [
    "a dry run",
    report({ rows: 2, users: 2, dryRun: true }, { sent: 0 }),
    true,
    "Dry run: 2 users would be sent to Heap environment 123. Nothing was sent.",
  ],
  [
    "cut values",
    report({ rows: 2, users: 2, longValueCounts: { "Bio (users.bio)": 2 } }),
    true,
    "Sent 2 users to Heap environment 123. 2 values of Bio (users.bio) were longer than 255 characters and were cut.",
  ],
  [
    "the rest to follow",
    report({ rows: 5, users: 5 }, { sent: 2 }),
    true,
    "Accepted: 2 of 5 users sent to Heap environment 123 so far, the rest follows.",
  ],
  [
    "Looker's row limit",
    report({ rows: 5, users: 5, end: { ...WHOLE, truncated: true } }),
    true,
    "Sent 5 users to Heap environment 123. Looker left rows out of this result because of the query's row limit: " +
      "raise the limit to send them all.",
  ],
  [
    "a note of Looker's",
    report({ rows: 5, users: 5, end: { ...WHOLE, messages: ["Note: cached."] } }),
    true,
    "Sent 5 users to Heap environment 123. Looker says: Note: cached.",
  ],
  [
    "a failed query",
    report({ end: { ...WHOLE, messages: ["SQL error."] } }),
    false,
    "Looker could not run the query: SQL error. Nothing was sent.",
  ],
  [
    "a result that broke off",
    report({ rows: 7, users: 7, end: { ...WHOLE, problem: "it breaks off before its closing brace" } }),
    false,
    "Looker's result was not read to its end, interrupted after 7 rows: it breaks off before its closing brace. " +
      "Sent 7 users to Heap environment 123. Send it again from Looker: what is sent twice does no harm.",
  ],
  [
    "a delivery that somebody cancelled",
    report(
      { rows: 7, users: 7, end: { ...WHOLE, problem: "it was cancelled" } },
      { sent: 5, dropped: 2, cancelledAt: 1 },
    ),
    false,
    "This delivery was cancelled after 7 rows had been read. Sent 5 users to Heap environment 123. 2 users that " +
      "waited were not sent.",
  ],
  [
    "a refused record",
    report(
      { rows: 3, users: 3 },
      { sent: 2, refused: 1, refusals: [{ row: 2, reason: "Heap answered 400" }] },
    ),
    false,
    "Sent 2 users to Heap environment 123. 1 row was rejected: row 2 (Heap answered 400).",
  ],
])("says what happened: %s", (_what, given, success, message) => {
  expect(reply(given, 0, noName)).toEqual({ success, message });
});

it("names the first rejects, and counts the others", () => {
  const rejects = Array.from({ length: 9 }, (_, at) => ({ row: at + 1, reason: "the identity is a list" }));
  const { message } = reply(report({ rows: 9, rejected: 9, rejects }), 0, noName);
  expect(message).toContain("9 rows were rejected: row 1 (the identity is a list)");
  expect(message).toContain("row 5 (the identity is a list), 4 more.");
});

it("names rejects in the order of the rows, whoever they are of", () => {
  const rejects = [{ row: 3, reason: "the identity is a list" }];
  const refusals = [7, 2].map((row) => ({ row, reason: "Heap answered 400" }));
  const { message } = reply(report({ rows: 9, rejected: 1, rejects }, { refused: 2, refusals }), 0, noName);
  expect(message).toContain("row 2 (Heap answered 400), row 3 (the identity is a list), row 7 (Heap");
});

it("counts as success what stays within the rejects tolerated", () => {
  const given = report({ rows: 200, users: 198, rejected: 2 });
  expect(reply(given, 1, noName).success).toBe(true);
  expect(reply(given, 0.9, noName).success).toBe(false);
});

it("says since when Heap has taken nothing", () => {
  const given = report(
    { rows: 5, users: 5 },
    { sent: 0, health: { downSince: Date.UTC(2025, 0, 2, 3, 4, 5) } },
  );
  expect(reply(given, 0, noName)).toMatchObject({ success: true });
  expect(reply(given, 0, noName).message).toContain("Heap has taken nothing since 2025-01-02T03:04:05.000Z");
});

it("says that an unknown environment's delivery is parked", () => {
  const given = report({ rows: 5, users: 5 }, { sent: 0, health: { parked: 404 } });
  expect(reply(given, 0, noName)).toMatchObject({ success: false });
  expect(reply(given, 0, noName).message).toMatch(
    /^Heap does not know environment 123 \(it answered 404 to everything\)/,
  );
});

it("calls an environment by its name, where it has one", () => {
  const nameOf = (id: string) => (id === "123" ? "Production" : undefined);
  expect(reply(report({ rows: 1, users: 1 }), 0, nameOf).message).toBe(
    "Sent 1 user to Heap environment Production (123).",
  );
});

describe("of an environment that is new", () => {
  const CHECK =
    "This hub has not sent to Heap environment 123 before, and Heap accepts any number: check that the users show up there.";
  const told = (given: Report, nameOf: (id: string) => string | undefined = noName) =>
    reply({ ...given, isNewEnvironment: true }, 0, nameOf).message;

  it("says once that somebody should look there", () => {
    const some = report({ rows: 2, users: 2 });
    expect(told(some)).toBe(`Sent 2 users to Heap environment 123. ${CHECK}`);
    expect(told({ ...some, sent: 0 })).toBe(
      `Accepted: 0 of 2 users sent to Heap environment 123 so far, the rest follows. ${CHECK}`,
    );
    expect(told({ ...some, kind: "account" })).toContain("check that the accounts show up there.");
    expect(told({ ...some, kind: "user_by_email" })).toContain("check that the users show up there.");
  });

  it("says nothing where the operator has named it", () => {
    expect(told(report({ rows: 2, users: 2 }), () => "Production")).toBe(
      "Sent 2 users to Heap environment Production (123).",
    );
  });

  it.each<[string, Report]>([
    ["a dry run", report({ rows: 2, users: 2, dryRun: true }, { sent: 0 })],
    ["a result without rows", report({})],
    ["a delivery whose users were all refused", report({ rows: 2, users: 2 }, { sent: 0, refused: 2 })],
    ["a parked delivery", report({ rows: 2, users: 2 }, { sent: 0, health: { parked: 404 } })],
  ])("says nothing of it where nothing is there to be seen: %s", (_what, given) => {
    expect(told(given)).not.toContain("check that");
  });
});

describe("the facts", () => {
  const given = report(
    {
      ...{ rows: 9, users: 7, unchanged: 1, skippedNoIdentity: 1, skippedNoProperties: 1, rejected: 1 },
      longValueCounts: { Bio: 2 },
      columns: [{ ...column, isIdentity: false, tell: true, note: "Users ID was left out." }],
      end: { truncated: true, messages: ["Note: cached."], problem: "it breaks off" },
    },
    { sent: 7, isNewEnvironment: true },
  );

  it("come in the order of their weight, each with its code", () => {
    expect(factsOf(given, { quoting: true, nameOf: noName }).map(({ code }) => code)).toEqual([
      ...["interrupted", "sent", "truncated", "rejected", "new_environment", "long_values", "column"],
      ...["unchanged", "no_identity", "no_properties", "looker_says", "send_again"],
    ]);
  });

  it("say nothing of columns where there was no row to be sent", () => {
    const { read } = given;
    const empty = report({ columns: read.columns });
    expect(factsOf(empty, { quoting: true, nameOf: noName }).map(({ code }) => code)).toEqual(["no_rows"]);
  });

  it("quote neither Looker nor Heap where that is not wanted", () => {
    const codes = factsOf(given, { quoting: false, nameOf: noName }).map(({ code }) => code);
    expect(codes).not.toContain("looker_says");
  });
});
