/**
 * The hub in a simulated world: whatever Heap does, whatever comes at once and whenever it is killed, what was
 * committed reaches Heap, the newest value stands, and no limit is broken.
 */

import fc from "fast-check";
import { faultSeeds } from "../helpers/seeds";
import { type Behaviour, REFUSED } from "../helpers/simulated-heap";
import { simulateTimers } from "../helpers/simulated-timers";
import { SimulatedWorld } from "../helpers/simulated-world";

const LIMIT_MS = 30_000 * faultSeeds().length;

const identity = fc.constantFrom("ann", "bob", "cat", "dan", REFUSED);
const identities = fc.array(identity, { minLength: 1, maxLength: 4 });

const behaviour: fc.Arbitrary<Behaviour> = fc
  .record({
    kind: fc.oneof(
      { weight: 6, arbitrary: fc.constant("accepted" as const) },
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          "failed" as const,
          "too many" as const,
          "lost" as const,
          "late" as const,
          "unheard" as const,
        ),
      },
    ),
    takesMs: fc.constantFrom(0, 0, 0, 30, 400, 3000, 20_000),
    isSlow: fc.boolean(),
    retryAfterMs: fc.constantFrom(undefined, 1000),
  })
  .map(({ retryAfterMs, ...rest }) => ({ ...rest, ...(retryAfterMs !== undefined && { retryAfterMs }) }));

const crash = fc.record({
  do: fc.constant("crash" as const),
  turns: fc.nat(8),
  downMs: fc.constantFrom(0, 0, 100, 7000, 25_000),
});

/** As many schedules for one user at the same time. */
const burst = fc.record({ do: fc.constant("burst" as const), times: fc.integer({ min: 5, max: 28 }) });

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("begin" as const), identities }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("go on" as const), choice: fc.nat(5), identities }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("end" as const), choice: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      ms: fc.constantFrom(0, 10, 300, 2000, 8000, 40_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("heap" as const), isDown: fc.boolean() }) },
  { weight: 2, arbitrary: crash },
);

type StepOf<Type> = Type extends fc.Arbitrary<infer Value> ? Value : never;
type Step = StepOf<typeof step> | StepOf<typeof burst>;

async function take(step: Step, world: SimulatedWorld): Promise<void> {
  switch (step.do) {
    case "begin":
      return world.begin(step.identities);
    case "burst":
      await world.begin(["ann"], step.times);
      return world.endAll();
    case "go on":
      return world.goOn(step.choice, step.identities);
    case "end":
      return world.end(step.choice);
    case "advance":
      return world.advance(step.ms);
    case "heap":
      world.heap.state = step.isDown ? "down" : "as told";
      return;
    case "crash":
      return world.crash(step.turns, step.downMs);
  }
}

async function hold(behaviours: Behaviour[], steps: Step[]): Promise<void> {
  simulateTimers();
  const world = new SimulatedWorld(behaviours);
  try {
    await world.start();
    for (const each of steps) await take(each, world);
    world.heap.state = "well";
    await world.finish();
    const reports = world.reports();
    const rowsOf = (delivery: string) => reports.get(delivery)?.rows ?? 0;
    expect(world.heap.violations).toEqual([]);
    for (const [delivery, rows] of world.ledger.acknowledged) {
      expect(rowsOf(delivery)).toBeGreaterThanOrEqual(rows);
    }
    expect(world.heap.held).toEqual(world.ledger.expectedInHeap(rowsOf));
    expect(reports).toEqual(world.ledger.expectedCounts(rowsOf));
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
  const property = fc.asyncProperty(behaviours, steps, async (...world) => {
    if (left-- > 0) await hold(...world);
  });
  return fc.assert(property, { numRuns });
}

it(
  "keeps what was committed, its order and Heap's limits",
  () =>
    assertHolds(
      fc.array(behaviour, { minLength: 1, maxLength: 30 }),
      fc.array(step, { minLength: 5, maxLength: 25 }),
      15,
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
        .array(fc.tuple(burst, fc.constantFrom(0, 300, 2000), crash), { minLength: 2, maxLength: 4 })
        .map((rounds) =>
          rounds.flatMap(([sent, ms, killed]): Step[] => [sent, { do: "advance", ms }, killed]),
        ),
      4,
    ),
  LIMIT_MS,
);
