/**
 * The hub in a simulated world: whatever Heap does, whatever comes at once, whatever is cancelled and whenever it is
 * killed, what was committed reaches Heap, the newest value stands, and no limit is broken.
 */

import fc from "fast-check";
import type { LookAheadLimits } from "../../src/sending/look-ahead";
import { faultSeeds } from "../helpers/seeds";
import type { Behaviour } from "../helpers/simulated-heap";
import { behaviour, burst, cancel, crash, limits, type Step, step, take } from "../helpers/simulated-steps";
import { simulateTimers } from "../helpers/simulated-timers";
import { SimulatedWorld } from "../helpers/simulated-world";

const LIMIT_MS = 30_000 * faultSeeds().length;

async function hold(behaviours: Behaviour[], steps: Step[], inMemory: LookAheadLimits): Promise<void> {
  simulateTimers();
  const world = new SimulatedWorld(behaviours, undefined, inMemory);
  try {
    await world.start();
    for (const each of steps) await take(each, world);
    expect(await world.cancelledStillOpen()).toEqual([]);
    world.heap.state = "well";
    await world.finish();
    expect(world.problems()).toEqual([]);
    expect(await world.repeatCancelled()).toEqual([]);
  } finally {
    await world.close();
    jest.useRealTimers();
  }
}

/** Searching for a smaller counterexample ends after so many runs. */
const MOST_RUNS_TO_SHRINK = 200;

function assertHolds(
  behaviours: fc.Arbitrary<Behaviour[]>,
  steps: fc.Arbitrary<Step[]>,
  runsPerSeed: number,
): Promise<void> {
  const numRuns = runsPerSeed * faultSeeds().length;
  let left = numRuns + MOST_RUNS_TO_SHRINK;
  const property = fc.asyncProperty(behaviours, steps, limits, async (...world) => {
    if (left-- > 0) await hold(...world);
  });
  return fc.assert(property, { numRuns });
}

it(
  "keeps what was committed, its order and Heap's limits",
  () =>
    assertHolds(
      fc.array(behaviour, { minLength: 1, maxLength: 30 }),
      fc.array(step, { minLength: 5, maxLength: 30 }),
      40,
    ),
  LIMIT_MS,
);

it(
  "keeps one user within Heap's limit however often it is killed",
  () =>
    assertHolds(
      fc.array(
        behaviour.map((each) => ({ ...each, takesMs: 10 * (each.takesMs % 7) })),
        { minLength: 1, maxLength: 5 },
      ),
      fc
        .array(fc.tuple(burst, fc.array(cancel, { maxLength: 2 }), fc.constantFrom(0, 300, 2000), crash), {
          minLength: 2,
          maxLength: 4,
        })
        .map((rounds) =>
          rounds.flatMap(([sent, cancelled, ms, killed]): Step[] => [
            sent,
            ...cancelled,
            { do: "advance", ms },
            killed,
          ]),
        ),
      4,
    ),
  LIMIT_MS,
);
