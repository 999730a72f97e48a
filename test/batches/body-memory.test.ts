/** Memory of request bodies that is given back: used again, and by then nobody's who had it before. */

import { bodyMemory } from "../../src/batches/body-memory";

it("serves another body", () => {
  const memory = bodyMemory.take(1000);
  bodyMemory.give(memory.subarray(10, 20));
  expect(bodyMemory.take(1000).buffer).toBe(memory.buffer);
});

it("serves one other body only, also when it is given back twice", () => {
  const memory = bodyMemory.take(1000);
  bodyMemory.give(memory);
  bodyMemory.give(memory);
  const first = bodyMemory.take(1000);
  expect(bodyMemory.take(1000).buffer).not.toBe(first.buffer);
});

it("holds in tests nothing of what it held", () => {
  const memory = bodyMemory.take(1000).fill("a");
  bodyMemory.give(memory.subarray(10, 20));
  expect(new Set(memory)).toEqual(new Set([0xff]));
});
