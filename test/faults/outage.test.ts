/** Heap away for an hour, in simulated time: it is probed and not hammered, and afterwards everything flows. */

import { seededRandom } from "../../stand-ins/looker/seeded-random";
import { simulateTimers } from "../helpers/simulated-timers";
import { SimulatedWorld } from "../helpers/simulated-world";

const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;

const USERS = Array.from({ length: 4 }, (_, at) => `user.${at}`);

let world: SimulatedWorld;

/** @param maxConcurrent requests at once */
async function start(maxConcurrent?: number): Promise<void> {
  world = new SimulatedWorld([{ kind: "accepted", takesMs: 10, isSlow: false }], maxConcurrent);
  await world.start();
}

beforeEach(simulateTimers);
afterEach(async () => {
  await world.close();
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** A result for each user: none of them waits for another. */
async function deliverAll(): Promise<void> {
  for (const user of USERS) {
    await world.begin([user]);
    await world.endAll();
  }
}

describe("a Heap that is down for an hour", () => {
  it("is probed every half minute or so, whatever waits for it", async () => {
    await start();
    world.heap.state = "down";
    await deliverAll();
    await world.advance(HOUR_MS / 12);
    const before = world.heap.requests;
    await world.advance(HOUR_MS);
    expect(world.heap.requests - before).toBeGreaterThan(HOUR_MS / 60_000);
    expect(world.heap.requests - before).toBeLessThan(HOUR_MS / 5_000);
    expect(world.troubles).toEqual([expect.stringMatching(/^http:\/\/heap\/123 takes nothing since 2025-/)]);
  });

  it("gets everything within a moment of answering again", async () => {
    await start();
    // How long a request that failed would wait by itself is left to chance: several outages, of a few seconds each.
    for (let outage = 1; outage <= 8; outage++) {
      world.heap.state = "down";
      await deliverAll();
      await world.advance(outage * 5000);
      world.heap.applied.length = 0;
      world.heap.state = "well";
      await world.untilApplied(1);
      await world.advance(1000);
      const [[probed = ""] = [], ...rest] = world.heap.applied;
      // Side by side, so in any order: one that has to be recorded first is overtaken.
      expect(rest.flat().sort()).toEqual(USERS.filter((user) => user !== probed));
      expect(world.troubles).toEqual([]);
    }
  });

  it("gets what waited longest first, in whatever order it was tried in vain", async () => {
    await start(1);
    // How long a request that failed would wait by itself is left to chance.
    jest.spyOn(Math, "random").mockImplementation(seededRandom(1));
    for (let outage = 1; outage <= 8; outage++) {
      world.heap.state = "down";
      await deliverAll();
      while (world.troubles.length === 0) await world.advance(10);
      world.heap.applied.length = 0;
      world.heap.state = "well";
      await world.untilApplied(USERS.length);
      const [probed, ...rest] = world.heap.applied.flat();
      expect(rest).toEqual(USERS.filter((user) => user !== probed));
      // None of them counts towards a user's limit in the next outage.
      await world.advance(60_000);
    }
  });
});

describe("a Heap that does not know the environment", () => {
  it("is asked again every quarter of an hour, with one request", async () => {
    await start();
    world.heap.state = "unknown";
    await deliverAll();
    await world.advance(1000);
    expect(world.heap.requests).toBeLessThan(10);
    expect(world.troubles).toEqual([
      expect.stringContaining("does not know http://heap/123 (it answers 404)"),
    ]);
    const before = world.heap.requests;
    await world.advance(4 * QUARTER_MS);
    expect(world.heap.requests - before).toBe(4);
  });

  it("gets everything once it does", async () => {
    await start();
    world.heap.state = "unknown";
    await deliverAll();
    await world.advance(1000);
    world.heap.state = "well";
    await world.advance(QUARTER_MS);
    expect(world.heap.applied.flat().sort()).toEqual([...USERS].sort());
    expect(world.troubles).toEqual([]);
  });
});
