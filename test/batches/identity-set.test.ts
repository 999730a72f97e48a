/** A set of identities' hashes: finds each that is in it, and hardly any other. */

import fc from "fast-check";
import { identityHashOf } from "../../src/batches/identity-hash";
import { foundInPart, intoParts, SET_PARTS, writePart } from "../../src/batches/identity-set";

const hash = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)),
);

function hashesOf(from: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, at) =>
    identityHashOf("user", `user-${from + at}@example.com`),
  );
}

/** Which of some hashes are found in a set of others. */
function found(set: readonly Int32Array[], asked: Int32Array): Set<number> {
  const parts = intoParts(set).map(writePart);
  const questions = intoParts([asked]);
  return new Set(parts.flatMap((part, at) => foundInPart(part, questions[at]!)));
}

function bytesOf(set: readonly Int32Array[]): number {
  return intoParts(set).reduce((sum, part) => sum + writePart(part).length, 0);
}

describe("a set of identities", () => {
  it("finds every hash that was put in, whatever else is asked for", () => {
    fc.assert(
      fc.property(fc.array(fc.array(hash)), fc.array(hash), (lists, others) => {
        const set = lists.map((list) => Int32Array.from(list));
        const own = set.flatMap((list) => [...list]);
        const hits = found(set, Int32Array.from([...own, ...others]));
        for (const each of own) expect(hits).toContain(each >>> 0);
      }),
    );
  });

  it("of 270,000 finds no hash but those that were put in", () => {
    const set = hashesOf(0, 270_000);
    const own = new Set([...set].map((each) => each >>> 0));
    const others = hashesOf(1_000_000, 100_000);
    const expected = [...others].map((each) => each >>> 0).filter((each) => own.has(each));
    expect(found([set], others)).toEqual(new Set(expected));
    expect(found([set], set).size).toBe(own.size);
  });

  it("of a thousand seems to hold another once in some thousand times", () => {
    const hits = found([hashesOf(0, 1000)], hashesOf(1_000_000, 100_000));
    expect(hits.size).toBeLessThan(30);
  });

  it("takes two bytes for each that is in it, and a few more", () => {
    for (const users of [1, 10, 1000, 30_000, 270_000, 500_000]) {
      expect(bytesOf([hashesOf(0, users)])).toBeLessThanOrEqual(2 * users + SET_PARTS * 9);
    }
  });
});
