/** The scheduler in any world: whatever fails, is lost or dies, Heap holds at the end what it should. */

import fc from "fast-check";
import { byChance, FAILED, REFUSED } from "../helpers/fates";
import type { Decide } from "../helpers/simulated-heap";
import { SETTLE_MS, TIMEOUT_MS } from "../helpers/simulated-hub";
import { SimulatedWorld } from "../helpers/simulated-world";
import { tempFolders } from "../helpers/temp-folders";
import type { UserRecord } from "../helpers/updates";

const newFolder = tempFolders();

/** A record with it is one that Heap never takes. */
const POISON = "Poison";

const isPoison = ({ properties }: UserRecord): boolean => POISON in properties;

/** Heap refuses a request with a poisoned record, or fails on it, whatever else becomes of requests. */
function withPoison(others: Decide): Decide {
  return (records) => {
    const poison = records.find(isPoison)?.properties[POISON];
    if (poison === "refused") return REFUSED;
    return poison === "failed" ? FAILED : others(records);
  };
}

const user = fc.integer({ min: 1, max: 6 }).map((number) => `user-${number}`);
const rate = fc.constantFrom(0, 0, 0.05, 0.2);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("deliver" as const),
      users: fc.uniqueArray(user, { minLength: 1, maxLength: 4 }),
      poison: fc.constantFrom("none", "none", "none", "none", "none", "refused", "failed"),
      times: fc.constantFrom(1, 1, 1, 12),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 9000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("crash", "restart"),
      ms: fc.integer({ min: 0, max: 12_000 }),
    }),
  },
);

const world = fc.record({
  seed: fc.nat(),
  rates: fc.record({ failed: rate, tooMany: rate, unanswered: rate }),
  steps: fc.array(step, { minLength: 5, maxLength: 40 }),
});

it("any", async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ seed, rates, steps }) => {
      const decide = withPoison(byChance(seed, rates, TIMEOUT_MS, SETTLE_MS));
      const world = await SimulatedWorld.start(newFolder(), decide);
      const poisoned: string[] = [];
      let number = 0;
      try {
        for (const step of steps) {
          if (step.do === "wait") await world.pass(step.ms);
          else if (step.do === "crash") await world.crash(step.ms);
          else if (step.do === "restart") await world.restart(step.ms);
          else if ("users" in step) {
            for (let time = 0; time < step.times && number < 45; time++) {
              number++;
              await world.deliver(
                step.users.map((identity, at) => {
                  const properties: Record<string, string | number> = {
                    [`Key ${(number + at) % 3}`]: number,
                  };
                  if (step.poison !== "none" && at === 0 && time === 0) {
                    properties[POISON] = step.poison;
                    poisoned.push(identity);
                  }
                  return { identity, properties };
                }),
                (r) => !isPoison(r),
              );
            }
          }
        }
        let beats = 0;
        let last = world.clock.now();
        for (;;) {
          await world.run(() => world.clock.now() - last > 10_000);
          if (await world.isThrough()) break;
          last = world.clock.now();
          await world.deliverUsers(`other-${last}`);
          if (++beats > 100) throw new Error("stuck");
        }
        await world.pass(SETTLE_MS);
        expect(Object.fromEntries(world.heap.users)).toEqual(Object.fromEntries(world.expected));
        expect(world.heap.watch.violations).toEqual([]);
        expect(await world.miscounted()).toEqual([]);
        expect([...new Set(world.rejected)].sort()).toEqual([...new Set(poisoned)].sort());
      } finally {
        await world.close();
      }
    }),
    { numRuns: Number(process.env["RUNS"] ?? 100), endOnFailure: process.env["NOSHRINK"] !== undefined },
  );
}, 600_000);
