/** Results are read so many at once, and the Looker instances are let in in turn. */

import { ReadingPlaces } from "../../src/delivery/reading-places";
import { UserError } from "../../src/errors";
import { HandDrivenClock } from "../helpers/hand-driven-clock";

const WITHIN_MS = 60_000;

let clock: HandDrivenClock;
let places: ReadingPlaces;
let stopping: AbortController;
/** Who has got a place, in order. */
let order: string[];

beforeEach(() => {
  clock = new HandDrivenClock();
  places = new ReadingPlaces(1, clock);
  stopping = new AbortController();
  order = [];
});

async function take(looker: string, name: string): Promise<() => void> {
  const release = await places.take(looker, WITHIN_MS, stopping.signal);
  order.push(name);
  return release;
}

it("has as many places as there are, and counts who waits", async () => {
  const first = await take("a", "a1");
  const second = take("a", "a2");
  expect([places.reading, places.queued]).toEqual([1, 1]);
  first();
  first();
  (await second)();
  expect([places.reading, places.queued]).toEqual([0, 0]);
  expect(clock.waiting).toBe(0);
});

it("lets the instances in in turn, however many of one wait", async () => {
  const now = await take("a", "a1");
  const waiting = [
    ...["a2", "a3", "a4"].map((name) => take("a", name)),
    ...["b1", "b2"].map((name) => take("b", name)),
    take("c", "c1"),
  ].map((each) => each.then((release) => release()));
  now();
  await Promise.all(waiting);
  expect(order).toEqual(["a1", "a2", "b1", "c1", "a3", "b2", "a4"]);
});

it("says to who waits too long what to do, and gives the place to the next one", async () => {
  const first = await take("a", "a1");
  const late = take("b", "b1");
  clock.advance(WITHIN_MS);
  await expect(late).rejects.toThrow(
    new UserError(
      "Nothing was read or sent: the action hub is reading 1 other results. Send it again later.",
    ),
  );
  const next = take("c", "c1");
  first();
  (await next)();
  expect([order, places.reading]).toEqual([["a1", "c1"], 0]);
});

it("lets nobody wait when the hub stops", async () => {
  await take("a", "a1");
  const late = take("b", "b1");
  stopping.abort();
  await expect(late).rejects.toThrow("the action hub is being restarted");
});
