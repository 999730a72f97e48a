/** Any rows, taken at any moments: the batches, sent in their order, leave Heap as the rows one by one would. */

import fc from "fast-check";
import type { Batch } from "../../src/batches/batch";
import { BatchWriter } from "../../src/batches/batch-writer";
import { batchesOf as batchesFrom } from "../../src/batches/build-batches";
import { MAX_BODY_BYTES, MAX_RECORDS_PER_REQUEST } from "../../src/heap";
import { ENVIRONMENT } from "../helpers/new-delivery";
import { applyTo, type UserRecord, updateOf, usersOf } from "../helpers/updates";

const OF = { delivery: "delivery-1", environment: ENVIRONMENT, kind: "user" } as const;

const identities = fc.integer({ min: 0, max: 11 }).map((number) => `user-${number}`);

/** A cell of 130 kB stands for a thousand rows: a few of them fill a batch. */
const cells = fc.oneof(
  { weight: 6, arbitrary: fc.integer() },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom("a", "b").map((letter) => letter.repeat(130_000)) },
);

const rows = fc.record({
  identity: identities,
  properties: fc.dictionary(fc.constantFrom("A", "B", 'C "c"', "D,d", "É"), cells, { minKeys: 1 }),
});

const taking = fc.constant("take" as const);

function batchesFor(steps: readonly (UserRecord | "take")[]): Batch[] {
  const writer = new BatchWriter(OF);
  const batches: Batch[] = [];
  for (const [at, step] of [...steps, "take" as const].entries()) {
    if (step === "take") batches.push(...batchesFrom(writer.takeAll(), OF));
    else {
      const update = updateOf(step, at);
      writer.add(update);
      // Mapping puts the next row into the same bytes.
      update.bytes.fill(0xff);
    }
  }
  return batches;
}

function stateAfter(records: readonly UserRecord[]): Record<string, UserRecord["properties"]> {
  const held = new Map<string, UserRecord["properties"]>();
  for (const record of records) applyTo(held, record);
  return Object.fromEntries(held);
}

describe("any rows", () => {
  const anySteps = fc.array(fc.oneof({ weight: 12, arbitrary: rows }, { weight: 1, arbitrary: taking }), {
    maxLength: 80,
  });

  it("leave every user as they would one by one", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const given = steps.filter((step) => step !== "take");
        const sent = batchesFor(steps).flatMap(({ body }) => usersOf(body));
        expect(stateAfter(sent)).toEqual(stateAfter(JSON.parse(JSON.stringify(given))));
      }),
      { numRuns: 60 },
    );
  });

  it("make batches that keep Heap's limits and have no user twice", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        for (const { body, hashes, rows } of batchesFor(steps)) {
          const users = usersOf(body);
          expect(body.length).toBeLessThanOrEqual(MAX_BODY_BYTES);
          expect(users.length).toBeLessThanOrEqual(MAX_RECORDS_PER_REQUEST);
          expect(new Set(users.map(({ identity }) => identity)).size).toBe(users.length);
          expect([hashes.length, rows.length]).toEqual([users.length, users.length]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keep the order of each user's rows, from batch to batch", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const last = new Map<number, number>();
        for (const { hashes, rows } of batchesFor(steps)) {
          for (const [at, hash] of hashes.entries()) {
            expect(rows[at]).toBeGreaterThan(last.get(hash) ?? -1);
            last.set(hash, rows[at]!);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
