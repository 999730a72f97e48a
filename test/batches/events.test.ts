/** Records that each stand for themselves: nothing of an identity is merged, and many of them are in one body. */

import { BatchWriter } from "../../src/batches/batch-writer";
import { buildBatches } from "../../src/batches/build-batches";
import { identityHashOf } from "../../src/batches/identity-hash";
import { findRecords } from "../../src/heap";
import { ENVIRONMENT } from "../helpers/new-delivery";
import { updateFrom } from "../helpers/updates";

const OF = { delivery: "d1", environment: ENVIRONMENT, kind: "event" } as const;

function writerOf(events: number): BatchWriter {
  const writer = new BatchWriter(OF);
  for (let row = 1; row <= events; row++)
    writer.add(updateFrom("ann", `"event":"e${row}","properties":{`, row));
  return writer;
}

it("all events of one identity are in the body, in their order", () => {
  const { open } = writerOf(100).takeAll();
  const content = JSON.parse(open[0]?.body.toString() ?? "");
  expect(content.events).toEqual(
    Array.from({ length: 100 }, (_, at) => ({ identity: "ann", event: `e${at + 1}`, properties: {} })),
  );
  expect(open[0]?.hashes).toEqual(new Int32Array(100).fill(identityHashOf("event", "ann")));
});

it("a body has at most 1000 of them", () => {
  const { full, open } = writerOf(2500).takeAll();
  expect([...full, ...open].map(({ rows }) => rows.length)).toEqual([1000, 1000, 500]);
});

it("bodies of one identity are put together, up to 1000", () => {
  const bodies = [writerOf(600), writerOf(600)].flatMap((writer) => writer.takeAll().open);
  const batches = buildBatches(bodies, OF);
  expect(batches.map(({ body }) => findRecords(body).length)).toEqual([1000, 200]);
});
