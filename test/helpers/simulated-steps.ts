/** What may happen in a simulated world, at random: each step as data, and how a world takes it. */

import fc from "fast-check";
import { LOOK_AHEAD, type LookAheadLimits } from "../../src/sending/look-ahead";
import { type Behaviour, REFUSED } from "./simulated-heap";
import { EVERYTHING, type Result } from "./simulated-looker";
import type { SimulatedWorld } from "./simulated-world";

const identity = fc.constantFrom("ann", "bob", "cat", "dan", "eve", "fay", REFUSED);
const identities = fc.array(identity, { minLength: 1, maxLength: 4 });

/** One of those that there are. */
const choice = fc.nat(20);

/** Turns of the event loop from the next moment at which anything happens. */
const turns = fc.nat(8);

export const behaviour: fc.Arbitrary<Behaviour> = fc
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

/** Values that several results share: `sync: changed` has something to leave out. */
const result: fc.Arbitrary<Result> = fc.record({
  sync: fc.constantFrom("all" as const, "changed" as const, "changed" as const),
  keys: fc.constantFrom(["a"], ["a", "b"], ["a", "b", "c"]),
  value: fc.constantFrom(undefined, 1, 1, 2),
});

/** As much of a log in memory as usual, or so little that most of it is known by its identities alone. */
export const limits: fc.Arbitrary<LookAheadLimits> = fc.constantFrom(
  LOOK_AHEAD,
  { batches: 2, users: 3, setUsers: 2 },
  { batches: 4, users: 8, setUsers: 1000 },
);

export const crash = fc.record({
  do: fc.constant("crash" as const),
  turns,
  downMs: fc.constantFrom(0, 0, 100, 7000, 25_000),
});

export const cancel = fc.record({
  do: fc.constant("cancel" as const),
  choice,
  turns: fc.option(turns, { nil: undefined }),
});

/** As many schedules for one user at the same time. */
export const burst = fc.record({ do: fc.constant("burst" as const), times: fc.integer({ min: 5, max: 28 }) });

export const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("begin" as const), identities, result }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("repeat" as const), choice }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("go on" as const), choice, identities }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("end" as const), choice }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      ms: fc.constantFrom(0, 10, 300, 2000, 8000, 40_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("heap" as const), isDown: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("calm" as const) }) },
  { weight: 2, arbitrary: crash },
  { weight: 2, arbitrary: cancel },
);

type StepOf<Type> = Type extends fc.Arbitrary<infer Value> ? Value : never;
export type Step = StepOf<typeof step> | StepOf<typeof burst>;

export async function take(step: Step, world: SimulatedWorld): Promise<void> {
  switch (step.do) {
    case "begin":
      return world.begin(step.identities, step.result);
    case "repeat":
      return world.repeat(step.choice);
    case "burst":
      await world.begin(["ann"], EVERYTHING, step.times);
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
    case "calm":
      world.heap.state = "well";
      await world.finish();
      world.heap.state = "as told";
      return;
    case "crash":
      return world.crash(step.turns, step.downMs);
    case "cancel":
      return world.cancel(step.choice, step.turns);
  }
}
