/** The row being read: cells copied out of the document as their JSON text, in memory that does not grow with it. */

import { number } from "../../amounts";
import { viewOf } from "../../byte-writer";
import { Cell, type Row } from "../../mapping";
import { Scalar } from "./json-scanner";
import { TOKEN_KEPT_BYTES, type Token } from "./token-text";
import type { ValueCapture } from "./value-capture";

/** A cell's value may take this much of the document, in bytes; the row of a longer one is a reject. */
const MAX_CELL_BYTES = 1024 * 1024;
/** A cell's value may be nested this deep; the row of a deeper one is a reject. */
const MAX_CELL_DEPTH = 100;

const KINDS = {
  [Scalar.String]: Cell.Text,
  [Scalar.Number]: Cell.Number,
  [Scalar.True]: Cell.True,
  [Scalar.False]: Cell.False,
  [Scalar.Null]: Cell.Null,
} as const;

export class RowBuffer implements Row {
  number = 0;
  bytes: Buffer = Buffer.alloc(0);
  view = viewOf(this.bytes);
  kinds = new Uint8Array(64);
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  cut = new Uint8Array(64);
  problem: string | undefined;

  /** How each cell came: 0 not at all, 1 under a label, 2 under the field's name. */
  private ranks = new Uint8Array(64);
  /** Where cells are copied to; `bytes` is this, or the chunk in which the cells stand. */
  private arena: Buffer = Buffer.allocUnsafe(16 * 1024);
  private arenaView = viewOf(this.arena);
  private used = 0;
  private columns = 0;
  /** How often a cell was taken, the same one again too. */
  taken = 0;

  /** @param maxBytes that are kept of a row; a larger one is a reject */
  constructor(private readonly maxBytes: number) {}

  /** A row whose cells will be copied. */
  begin(number: number, columns: number): void {
    this.bytes = this.arena;
    this.view = this.arenaView;
    this.clear(number, columns);
  }

  /**
   * A row whose cells stay where they are in a chunk.
   * @param decided how many of its cells are going to be placed or left out: when all are, nothing of the last row has
   * to be cleared
   */
  beginIn(chunk: Buffer, view: DataView, number: number, columns: number, decided: number): void {
    this.bytes = chunk;
    this.view = view;
    if (decided < columns || this.columns !== columns) this.clear(number, columns);
    this.number = number;
    this.problem = undefined;
  }

  /** The cell stands in the chunk from `start` to `end`. */
  place(column: number, kind: Scalar, start: number, end: number): void {
    this.kinds[column] = KINDS[kind];
    this.starts[column] = start;
    this.ends[column] = end;
    this.cut[column] = 0;
  }

  /** The row has no such cell. */
  leaveOut(column: number): void {
    this.kinds[column] = Cell.Missing;
  }

  private clear(number: number, columns: number): void {
    this.number = number;
    this.problem = undefined;
    this.taken = 0;
    this.used = 0;
    this.columns = 0;
    this.grow(columns);
  }

  /** Makes room for a column met in the middle of the row. */
  grow(columns: number): void {
    while (columns > this.kinds.length) {
      this.kinds = doubled(this.kinds, new Uint8Array(this.kinds.length * 2));
      this.starts = doubled(this.starts, new Int32Array(this.starts.length * 2));
      this.ends = doubled(this.ends, new Int32Array(this.ends.length * 2));
      this.cut = doubled(this.cut, new Uint8Array(this.cut.length * 2));
      this.ranks = doubled(this.ranks, new Uint8Array(this.ranks.length * 2));
    }
    const { kinds, ranks } = this;
    for (let column = this.columns; column < columns; column++) {
      kinds[column] = Cell.Missing;
      ranks[column] = 0;
    }
    this.columns = Math.max(this.columns, columns);
  }

  /** Whether the cell may be set by a key of this rank. The same key twice in a row: the last one stands. */
  take(column: number, rank: 1 | 2): boolean {
    if (this.ranks[column]! > rank) return false;
    this.ranks[column] = rank;
    this.kinds[column] = Cell.Missing;
    this.taken++;
    return true;
  }

  setScalar(column: number, kind: Scalar, token: Token): void {
    if (token.length > MAX_CELL_BYTES) this.reject("a cell is larger than 1 MiB");
    const kept = Math.min(token.end - token.start, TOKEN_KEPT_BYTES);
    if (!this.reserve(kept)) return;
    this.kinds[column] = KINDS[kind];
    this.starts[column] = this.used;
    token.bytes.copy(this.bytes, this.used, token.start, token.start + kept);
    this.used += kept;
    this.ends[column] = this.used;
    this.cut[column] = kept < token.length ? 1 : 0;
  }

  setNested(column: number, capture: ValueCapture): void {
    if (capture.size > MAX_CELL_BYTES) this.reject("a cell is larger than 1 MiB");
    if (capture.deepest > MAX_CELL_DEPTH) this.reject("a cell is nested deeper than 100 levels");
    if (!this.reserve(capture.length)) return;
    this.kinds[column] = capture.isObject ? Cell.Object : Cell.List;
    this.starts[column] = this.used;
    capture.bytes.copy(this.bytes, this.used, 0, capture.length);
    this.used += capture.length;
    this.ends[column] = this.used;
    this.cut[column] = capture.cut ? 1 : 0;
  }

  reject(problem: string): void {
    this.problem ??= problem;
  }

  /** @returns false when the row has no room for it: it is a reject then */
  private reserve(bytes: number): boolean {
    if (this.used + bytes <= this.arena.length) return true;
    if (this.used + bytes > this.maxBytes) {
      this.reject(`the row is larger than ${number(this.maxBytes)} bytes`);
      return false;
    }
    const larger = Buffer.allocUnsafe(Math.max(this.arena.length * 2, this.used + bytes));
    this.arena.copy(larger, 0, 0, this.used);
    this.arena = larger;
    this.arenaView = viewOf(larger);
    this.bytes = larger;
    this.view = this.arenaView;
    return true;
  }
}

function doubled<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
