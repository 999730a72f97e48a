/** A batch waits for every earlier one that shares an identity with it, and for no other. */

import fc from "fast-check";
import { IdentityOrder } from "../../src/sending/identity-order";
import { WaitingBatch } from "../../src/sending/waiting-batch";
import { loggedBatch } from "../helpers/new-delivery";

const ANN = 1;
const BOB = 2;
const CAT = 3;

let order: IdentityOrder;

beforeEach(() => {
  order = new IdentityOrder();
});

function enter(...identities: readonly number[]): WaitingBatch {
  const batch = new WaitingBatch(loggedBatch(identities));
  order.enter(batch);
  return batch;
}

function isFree({ blockers }: WaitingBatch): boolean {
  return blockers === 0;
}

it("batches that share no identity wait for nothing", () => {
  expect([enter(ANN), enter(BOB), enter(CAT)].map(isFree)).toEqual([true, true, true]);
});

it("a batch waits for an earlier one that shares an identity, until that one is through", () => {
  const first = enter(ANN, BOB);
  const second = enter(BOB, CAT);
  expect([first, second].map(isFree)).toEqual([true, false]);
  order.leave(first);
  expect(isFree(second)).toBe(true);
});

it("a batch waits for all of several", () => {
  const [ann, bob] = [enter(ANN), enter(BOB)];
  const both = enter(ANN, BOB, CAT);
  order.leave(bob);
  expect(isFree(both)).toBe(false);
  order.leave(ann);
  expect(isFree(both)).toBe(true);
});

it("batches of one identity go one after the other", () => {
  const [first, second, third] = [enter(ANN), enter(ANN), enter(ANN)];
  order.leave(first);
  expect([second, third].map(isFree)).toEqual([true, false]);
  order.leave(second);
  expect(isFree(third)).toBe(true);
});

it("a batch does not wait for one that is through", () => {
  const first = enter(ANN);
  order.leave(first);
  expect(isFree(enter(ANN))).toBe(true);
});

it("a batch does not wait for itself where two of its identities have one hash", () => {
  expect(isFree(enter(ANN, ANN))).toBe(true);
});

it("in any order of ends, a batch is free exactly when no earlier unfinished one shares an identity", () => {
  const batches = fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }), {
    maxLength: 25,
  });
  fc.assert(
    fc.property(batches, fc.infiniteStream(fc.nat(1000)), (all, choices) => {
      order = new IdentityOrder();
      const waiting = all.map((identities) => ({ identities, batch: enter(...identities) }));
      while (waiting.length > 0) {
        const expected = waiting.map(
          ({ identities }, at) =>
            !waiting
              .slice(0, at)
              .some((earlier) => earlier.identities.some((one) => identities.includes(one))),
        );
        expect(waiting.map(({ batch }) => isFree(batch))).toEqual(expected);
        const free = waiting.filter(({ batch }) => isFree(batch));
        const next = free[(choices.next().value ?? 0) % free.length]!;
        order.leave(next.batch);
        waiting.splice(waiting.indexOf(next), 1);
      }
    }),
  );
});

it("a batch whose records each stand for themselves waits for none, and none for it", () => {
  enter(ANN);
  const events = new WaitingBatch(loggedBatch([ANN, ANN], { kind: "event" }));
  order.enter(events);
  expect(isFree(events)).toBe(true);
  const next = new WaitingBatch(loggedBatch([BOB, ANN], { kind: "event" }));
  order.enter(next);
  expect(isFree(next)).toBe(true);
});
