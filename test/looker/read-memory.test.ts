/** Memory of downloaded pieces that is given back: used again, and by then nobody's who had it before. */

import { ReadMemory } from "../../src/looker/read-memory";

function read(memory: ReadMemory): Uint8Array {
  const { buffer } = memory.onread;
  return buffer instanceof Uint8Array ? buffer : buffer();
}

it("serves another piece", () => {
  const memory = new ReadMemory();
  const piece = read(memory);
  expect(read(memory).buffer).not.toBe(piece.buffer);
  memory.give(piece.buffer);
  expect(read(memory).buffer).toBe(piece.buffer);
});

it("holds in tests nothing of what it held, also when there is enough of it", () => {
  const memory = new ReadMemory();
  const pieces = Array.from({ length: 10 }, () => read(memory).fill(0x61));
  for (const { buffer } of pieces) memory.give(buffer);
  for (const piece of pieces) expect(piece.every((byte) => byte === 0xff)).toBe(true);
});
