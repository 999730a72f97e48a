/** By its hash delivery tells an identity apart, in memory and in what is stored. */

import { identityHashOf } from "../../src/batches/identity-hash";

const shoppers = Array.from({ length: 100_000 }, (_, at) => `shopper.${at}@example.com`);

function byRest(hashes: readonly number[], mask: number): number[] {
  const counts = new Array<number>(mask + 1).fill(0);
  for (const hash of hashes) counts[hash & mask]! += 1;
  return counts;
}

it("is the same from release to release: batches that wait in an outbox hold it", () => {
  expect(identityHashOf("user", "ada@example.com")).toBe(-257147907);
  expect(identityHashOf("user", "美咲@例え.jp")).toBe(-1071487520);
  expect(identityHashOf("account", "ada@example.com")).toBe(1591690105);
});

it("tells a user from an account of the same name", () => {
  expect(identityHashOf("user", "42")).not.toBe(identityHashOf("account", "42"));
});

it("is a whole number of 32 bits", () => {
  for (const identity of ["", "a", "😀", "x".repeat(255)]) {
    const hash = identityHashOf("user", identity);
    expect(hash).toBe(hash | 0);
  }
});

it("is shared by hardly any two of 100,000 identities", () => {
  const different = new Set(shoppers.map((identity) => identityHashOf("user", identity)));
  expect(shoppers.length - different.size).toBeLessThan(10);
});

it.each([
  ["low", 0],
  ["high", 29],
])("spreads identities evenly by its %s bits", (_which, shift) => {
  const counts = byRest(
    shoppers.map((identity) => identityHashOf("user", identity) >>> shift),
    7,
  );
  expect(Math.min(...counts)).toBeGreaterThan(12_000);
  expect(Math.max(...counts)).toBeLessThan(13_000);
});
