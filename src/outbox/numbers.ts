/** 32-bit numbers as they are stored: four bytes each, the lowest first. */

export function bytesOf(numbers: Int32Array): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** A copy: a buffer out of a database need not start at a multiple of four. */
export function numbersOf(bytes: Buffer): Int32Array {
  const numbers = new Int32Array(bytes.length / 4);
  bytes.copy(bytesOf(numbers));
  return numbers;
}
