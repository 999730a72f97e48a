import { Trace } from "../../src/report/trace";

it("counts what happens again and again instead of listing it", () => {
  const trace = new Trace();
  for (let at = 1; at <= 5; at++) trace.note(at, "Heap answered 503.", `said ${at}`);
  expect(trace.data.events).toEqual([
    { at: 1, text: "Heap answered 503.", said: "said 1", times: 5, lastAt: 5 },
  ]);
});

it("keeps how it began and how it ended, of more events than there is room for", () => {
  const trace = new Trace();
  for (let at = 1; at <= 1000; at++) trace.note(at, `event ${at}`);
  const texts = trace.data.events.map(({ text }) => text);
  expect(texts.length).toBe(50);
  expect(texts[0]).toBe("event 1");
  expect(texts.at(-1)).toBe("event 1000");
});

it("keeps little of what was said", () => {
  const trace = new Trace();
  trace.note(1, "Heap refused it.", "x".repeat(10_000));
  expect(trace.data.events[0]?.said?.length).toBe(300);
});
