/**
 * The layout of a row, learnt from one that the general way has decoded: the bytes between its values, and the
 * column of each value. Looker writes every row of a result alike, so the next ones are decoded by comparing
 * those bytes. A row that differs in any of them is left to the general way, which comes to the same result.
 */

import { viewOf } from "../../byte-writer";
import { TOKEN_KEPT_BYTES, type Token } from "./json-scanner";
import type { RowBuffer } from "./row-buffer";
import { found, scalarEnd } from "./scalar-end";

export class RowLayout {
  /** What stands before each value, and behind the last, one after the other. */
  private readonly between: DataView;
  /** Where each of these ends in `between`. */
  private readonly ends: Int32Array;

  /** @param parts what stands before each value, and behind the last */
  constructor(
    parts: readonly Buffer[],
    private readonly columns: readonly number[],
  ) {
    this.between = viewOf(Buffer.concat(parts));
    let end = 0;
    this.ends = Int32Array.from(parts, (part) => (end += part.length));
  }

  /** How many cells a row has. */
  get cells(): number {
    return this.columns.length;
  }

  /**
   * Decodes the row that begins at a place of the chunk, into `row`; its cells stay where they are in the chunk.
   * @param view of the chunk
   * @returns the place behind it; -1 when it does not fit, or does not end in this chunk
   */
  read(chunk: Buffer, view: DataView, start: number, row: RowBuffer): number {
    const { ends, columns } = this;
    let at = start;
    let part = 0;
    for (let value = 0; value < columns.length; value++) {
      const partEnd = ends[value]!;
      at = this.behind(view, at, part, partEnd);
      if (at < 0) return -1;
      part = partEnd;
      const end = scalarEnd(chunk, view, at);
      if (end < 0 || end - at > TOKEN_KEPT_BYTES) return -1;
      row.place(columns[value]!, found.kind, at, end);
      at = end;
    }
    return this.behind(view, at, part, this.between.byteLength);
  }

  /** The place behind this part of `between`, when it stands here whole; else -1. */
  private behind(view: DataView, start: number, from: number, to: number): number {
    const { between } = this;
    if (start + to - from > view.byteLength) return -1;
    let at = start;
    let part = from;
    for (; part + 4 <= to; part += 4, at += 4)
      if (view.getInt32(at, true) !== between.getInt32(part, true)) return -1;
    for (; part < to; part++, at++) if (view.getUint8(at) !== between.getUint8(part)) return -1;
    return at;
  }
}

/** Watches the general way decode a row, and makes its layout. */
export class LayoutLearner {
  private chunk: Buffer | undefined;
  private parts: Buffer[] = [];
  private columns: number[] = [];
  private from = 0;

  /** A row begins with the brace at this place. */
  begin(chunk: Buffer, at: number): void {
    this.chunk = chunk;
    this.parts = [];
    this.columns = [];
    this.from = at;
  }

  /** A value has been taken for a column. */
  value(token: Token, column: number): void {
    // A column that comes twice is for the general way: the last of them stands, also when it has no value.
    if (token.bytes !== this.chunk || this.columns.includes(column)) this.spoil();
    else {
      this.parts.push(this.chunk.subarray(this.from, token.start));
      this.columns.push(column);
      this.from = token.end;
    }
  }

  /** The row holds something that is not decoded by comparing. */
  spoil(): void {
    this.chunk = undefined;
  }

  /**
   * The row has ended before this place.
   * @param cells cells that were taken for a column; one without a value is for the general way
   * @returns its layout, where it has one
   */
  end(chunk: Buffer, at: number, cells: number): RowLayout | undefined {
    const isWhole = this.chunk === chunk && this.columns.length === cells;
    this.chunk = undefined;
    if (!isWhole) return undefined;
    return new RowLayout([...this.parts, chunk.subarray(this.from, at)], this.columns);
  }
}
