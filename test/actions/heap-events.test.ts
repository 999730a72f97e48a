/** The action `heap_events`: what the values of its form mean, and what they ask for. */

import { heapEvents } from "../../src/actions/heap-events";
import { FormError } from "../../src/errors";
import { NO_VISUALIZATION } from "../../src/mapping";
import { offeredActions } from "../../src/offered-actions";
import { shippedManifest } from "../helpers/manifest";

const REQUIRED = { env_id: "123" };

function problemsOf(params: Record<string, string>): Readonly<Record<string, string>> {
  try {
    heapEvents.read({ ...REQUIRED, ...params }, []);
  } catch (error) {
    if (error instanceof FormError) return error.fields;
    throw error;
  }
  return {};
}

it("needs an environment and nothing else: tags may say the rest", () => {
  expect(heapEvents.read(REQUIRED, [])).toEqual({
    env_id: "123",
    heap_field: "",
    match_by: "identity",
    event: "",
    event_field: "",
    time_field: "",
    time_zone: "",
    key_field: "",
    property_names: "label",
    long_values: "truncate",
    dry_run: "no",
  });
});

it("asks for events of an environment, each delivery for all of them", () => {
  const values = heapEvents.read({ ...REQUIRED, dry_run: "yes", long_values: "drop" }, []);
  expect(heapEvents.task(values, { visualization: NO_VISUALIZATION, maxValueLength: 255 })).toMatchObject({
    environmentId: "123",
    kind: "event",
    dryRun: true,
    longValues: "drop",
    sync: "all",
  });
});

it.each([
  [
    "event",
    { event: "x".repeat(1025) },
    "An event's name has at most 1024 characters, and this one has 1025.",
  ],
  [
    "event_field",
    { event: "Paid", event_field: "What" },
    "Enter a name for all events, or the column that holds the name of each, and not both.",
  ],
  [
    "time_zone",
    { time_zone: "Berlin" },
    '"Berlin" is no time zone: enter a name such as UTC, Europe/Berlin or America/New_York.',
  ],
  [
    "match_by",
    { match_by: "Email" },
    expect.stringMatching(/^Heap documents no way to send events by e-mail/),
  ],
])("says what is wrong with %s", (field, params, sentence) => {
  expect(problemsOf(params)).toEqual({ [field]: sentence });
});

it("takes a name of 1024 characters and any zone that there is", () => {
  expect(problemsOf({ event: "x".repeat(1024), time_zone: "Asia/Kathmandu" })).toEqual({});
});

it("finds users by identity, whatever HEAP_MATCH_BY says of properties", () => {
  const offered = offeredActions(shippedManifest(), { match_by: "email" });
  const action = offered.find(({ name }) => name === "heap_events");
  expect(action?.read(REQUIRED, [])).toMatchObject({ match_by: "identity" });
});
