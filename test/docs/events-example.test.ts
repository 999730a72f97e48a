/** The example in docs/events.md is what the code does. */

import { heapEvents } from "../../src/actions/heap-events";
import { NO_VISUALIZATION } from "../../src/mapping";
import { eventsOf } from "../helpers/event-sink";
import { readText } from "../helpers/repository";

it("the result becomes what the page says Heap is sent", () => {
  const page = readText("docs/events.md");
  const [result = "", sent = ""] = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
  const form = { env_id: "1234567890", event: "Order Paid", time_zone: "Europe/Berlin" };
  const task = heapEvents.task(heapEvents.read(form, []), {
    visualization: NO_VISUALIZATION,
    maxValueLength: 255,
  });
  const { events, skips } = eventsOf(result, (sink) => task.mapper(sink, Date.UTC(2025, 3, 1)));
  const shown: unknown = JSON.parse(sent);
  expect(events.map((event, at) => ({ ...event, idempotency_key: `KEY-${at + 1}` }))).toEqual(shown);
  expect(skips).toEqual(["no identity"]);
});
