/** Inputs that nobody means: those of a corpus, broken here and there. The same seed gives the same ones. */

/** What parsers stumble over, as bytes. */
const PIECES = [
  ...['"', "\\", "{", "}", "[", "]", ",", ":", "\\u", "\\ud83d", "\\u0000", '\\"', "null", "true", "-", "-0"],
  ...["1e999", "0.1e-400", "12345678901234567890", "\ufeff", "\u2028", " ", "\n", "\0", "💥", "[[[[[[[["],
  ...[
    '"data":',
    '"value":',
    '"fields":',
    '{"value":1}',
    "$$$_row_total_$$$",
    "|FIELD|",
    "__proto__",
    "constructor",
  ],
].map((text) => Buffer.from(text));
const BAD_BYTES = [0xff, 0xc0, 0xed, 0xa0, 0x80, 0xf5, 0x00, 0x1f, 0x7f];

export class Mutator {
  private state: number;

  constructor(
    seed: number,
    private readonly corpus: readonly Buffer[],
  ) {
    this.state = seed >>> 0;
  }

  /** A whole number from 0 up to and without `end`. Source of the steps: mulberry32, by Tommy Ettinger. */
  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * end);
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new Error("there is nothing to pick from");
    return picked;
  }

  /** One of the corpus, as it is now and then. */
  next(): Buffer {
    let bytes = this.pick(this.corpus);
    for (let times = this.below(4); times > 0; times--) bytes = this.changed(bytes);
    return bytes;
  }

  /** Cuts it anywhere, and into a few pieces or into single bytes. */
  cut(bytes: Buffer): Buffer[] {
    const most = this.pick([1, 3, 17, 1000, bytes.length + 1]);
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + this.below(most);
      pieces.push(bytes.subarray(at, end));
      at = end;
    }
    return pieces;
  }

  private changed(bytes: Buffer): Buffer {
    const at = this.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + this.below(this.pick([2, 10, 200])));
    const [before, inside, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
    switch (this.below(7)) {
      case 0:
        return Buffer.concat([before, after]);
      case 1:
        return Buffer.concat([before, inside, inside, after]);
      case 2:
        return Buffer.concat([before, this.pick(PIECES), bytes.subarray(at)]);
      case 3:
        return Buffer.concat([before, this.pick(PIECES), after]);
      case 4:
        return Buffer.concat([before, Buffer.of(this.pick(BAD_BYTES)), after]);
      case 5: {
        const other = this.pick(this.corpus);
        return Buffer.concat([before, other.subarray(this.below(other.length + 1))]);
      }
      default: {
        const flipped = Buffer.from(bytes);
        if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << this.below(8));
        return flipped;
      }
    }
  }
}
