/** The bodies of all requests together stay within their memory, and who needs some gets it in turn. */

import fc from "fast-check";
import { RequestMemory, type Reservation } from "../../src/looker/request-memory";
import { HandDrivenClock } from "../helpers/hand-driven-clock";

const MAX = 8_000_000;
const LARGE = 3_000_000;
const SMALL = 1000;

let clock: HandDrivenClock;
let memory: RequestMemory;
const never = new AbortController().signal;

beforeEach(() => {
  clock = new HandDrivenClock();
  memory = new RequestMemory(MAX, clock);
});

async function reserved(bytes: number): Promise<Reservation> {
  const reservation = await memory.reserve(bytes, 20_000, never);
  if (!reservation) throw new Error("there was no room");
  return reservation;
}

it("is taken and given back, once however often that is said", async () => {
  const reservation = await reserved(LARGE);
  expect(memory.used).toBe(LARGE);
  reservation.release();
  reservation.release();
  expect(memory.used).toBe(0);
});

it("lets who finds no room wait until there is, in the order in which they came", async () => {
  const first = await reserved(LARGE);
  await reserved(LARGE);
  const order: string[] = [];
  const third = reserved(LARGE).then((reservation) => {
    order.push("third");
    return reservation;
  });
  // It would have room, and does not get past the one before it.
  const fourth = reserved(500_000).then(() => order.push("fourth"));
  first.release();
  (await third).release();
  await fourth;
  expect(order).toEqual(["third", "fourth"]);
});

it("has room for a small one while large ones wait", async () => {
  await reserved(LARGE);
  await reserved(LARGE);
  void memory.reserve(LARGE, 20_000, never);
  await reserved(SMALL);
  expect(memory.used).toBe(2 * LARGE + SMALL);
});

it("gives up after the time that is allowed, and when whoever waits is gone", async () => {
  await reserved(memory.largest);
  const late = memory.reserve(LARGE, 20_000, never);
  const leaving = new AbortController();
  const gone = memory.reserve(LARGE, 20_000, leaving.signal);
  leaving.abort();
  expect(await gone).toBeUndefined();
  clock.advance(20_000);
  expect(await late).toBeUndefined();
  expect(clock.waiting).toBe(0);
});

it("grows while there is room", async () => {
  const reservation = await reserved(LARGE);
  expect(reservation.grow(LARGE)).toBe(true);
  expect(reservation.grow(LARGE)).toBe(false);
  expect(memory.used).toBe(2 * LARGE);
  reservation.release();
  expect(memory.used).toBe(0);
});

it("is never more than may be, and never lost, whatever comes and goes", async () => {
  const bytes = fc.integer({ min: 1, max: 7_000_000 });
  const steps = fc.array(fc.tuple(bytes, fc.boolean()), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const held: Reservation[] = [];
      const waiting: Promise<unknown>[] = [];
      const hold = (reservation: Reservation | undefined) => reservation && held.push(reservation);
      for (const [amount, releases] of all) {
        waiting.push(memory.reserve(amount, 20_000, never).then(hold));
        await Promise.resolve();
        expect(memory.used).toBeLessThanOrEqual(MAX);
        if (releases) held.shift()?.release();
      }
      clock.advance(20_000);
      await Promise.all(waiting);
      for (const reservation of held) reservation.release();
      expect(memory.used).toBe(0);
    }),
  );
});
