/**
 * The layout of a row, learnt from rows that the general way has decoded. A row falls into pieces, one from each key
 * to the next; a piece is the bytes between its values, and what becomes of each value. Looker writes the rows of a
 * result alike, with few shapes of a cell (a null has no `rendered`), so the next ones are decoded by comparing those
 * bytes. A row that fits no shape is left to the general way, which comes to the same result.
 */

import { type FixedBytes, fixedBytes } from "../../byte-writer";
import type { RowBuffer } from "./row-buffer";
import { found, scalarEnd } from "./scalar-end";
import { TOKEN_KEPT_BYTES } from "./token-text";

/** In the place of a column: the value is passed over. */
export const PASSED_OVER = -1;

/** Shapes of one piece that are told apart. */
const MAX_SHAPES = 8;

/** One of the ways in which a piece is written. */
export class PieceShape {
  /** Columns that other shapes of the piece have a value for, and this one has not. */
  absent: number[] = [];
  /** What stands before each value, and behind the last, one after the other. */
  private readonly text: Buffer;
  /** The same bytes, for reading four at a time. */
  private readonly between: FixedBytes;
  /** Where each of these ends in `between`. */
  private readonly ends: Int32Array;

  /**
   * @param key the piece's key, as JSON text
   * @param isPivot whether it is a pivot value's, and not a cell's
   * @param parts what stands before each value, and behind the last
   * @param columns what each value belongs to, or `PASSED_OVER`
   */
  constructor(
    private readonly key: Buffer,
    private readonly isPivot: boolean,
    parts: readonly Buffer[],
    private readonly columns: readonly number[],
  ) {
    this.text = Buffer.concat(parts);
    this.between = fixedBytes(this.text);
    let end = 0;
    this.ends = Int32Array.from(parts, (part) => (end += part.length));
  }

  /** The columns it has a value for. */
  get taken(): number[] {
    return this.columns.filter((column) => column !== PASSED_OVER);
  }

  /** Whether it is about the same cell as the other one. Keys on the same levels: so are all braces. */
  isOf(other: PieceShape): boolean {
    return this.isPivot === other.isPivot && this.key.equals(other.key);
  }

  /** Whether it is written like the other one. */
  equals(other: PieceShape): boolean {
    return (
      this.ends.length === other.ends.length &&
      this.ends.every((end, at) => end === other.ends[at]) &&
      this.text.equals(other.text) &&
      this.columns.every((column, at) => column === other.columns[at])
    );
  }

  /** @returns the place behind the piece; -1 when it does not fit, or does not end in this chunk */
  read(chunk: Buffer, view: DataView, start: number, row: RowBuffer): number {
    const { ends, columns } = this;
    let at = start;
    let part = 0;
    for (let value = 0; value < columns.length; value++) {
      const partEnd = ends[value]!;
      at = this.behind(chunk, view, at, part, partEnd);
      if (at < 0) return -1;
      part = partEnd;
      const end = scalarEnd(chunk, view, at);
      if (end < 0 || end - at > TOKEN_KEPT_BYTES) return -1;
      const column = columns[value]!;
      if (column !== PASSED_OVER) row.place(column, found.kind, at, end);
      at = end;
    }
    return this.behind(chunk, view, at, part, this.between.length);
  }

  /** The place behind this part of `between`, when it stands here whole; else -1. */
  private behind(chunk: Buffer, view: DataView, start: number, from: number, to: number): number {
    const between = this.between.view;
    if (start + to - from > chunk.length) return -1;
    let at = start;
    let part = from;
    for (; part + 4 <= to; part += 4, at += 4)
      if (view.getInt32(at, true) !== between.getInt32(part, true)) return -1;
    for (; part < to; part++, at++) if (view.getUint8(at) !== between.getUint8(part)) return -1;
    return at;
  }
}

export class RowLayout {
  /** How many columns a row may have a value for. */
  columns: number;
  /** By piece: its shapes, the one that came last first. */
  private readonly pieces: PieceShape[][];

  /** @param row the pieces of a row */
  constructor(row: readonly PieceShape[]) {
    this.pieces = row.map((piece) => [piece]);
    this.columns = takenBy(row).length;
  }

  /**
   * Adds the shapes of a row that has the same keys.
   * @returns false when it has not, or there would be too many shapes
   */
  add(row: readonly PieceShape[]): boolean {
    const { pieces } = this;
    if (row.length !== pieces.length || !row.every((piece, at) => piece.isOf(pieces[at]![0]!))) return false;
    const added = pieces.map((shapes, at) => {
      const shape = row[at]!;
      return shapes.some((known) => known.equals(shape)) ? shapes : [...shapes, shape];
    });
    const columns = added.map(takenBy);
    const all = columns.flat();
    // Which of two keys a column's value comes from is for the general way to say.
    if (new Set(all).size < all.length || added.some(({ length }) => length > MAX_SHAPES)) return false;
    for (const [at, shapes] of added.entries()) {
      pieces[at] = shapes;
      for (const shape of shapes) {
        const taken = shape.taken;
        shape.absent = columns[at]!.filter((column) => !taken.includes(column));
      }
    }
    this.columns = all.length;
    return true;
  }

  /**
   * Decodes the row that begins at a place of the chunk, into `row`; its cells stay where they are in the chunk.
   * @param view of the chunk
   * @returns the place behind it; -1 when it does not fit, or does not end in this chunk
   */
  read(chunk: Buffer, view: DataView, start: number, row: RowBuffer): number {
    const { pieces } = this;
    let at = start;
    for (let piece = 0; piece < pieces.length; piece++) {
      const shapes = pieces[piece]!;
      let end = shapes[0]!.read(chunk, view, at, row);
      let fits = 0;
      while (end < 0 && ++fits < shapes.length) end = shapes[fits]!.read(chunk, view, at, row);
      if (end < 0) return -1;
      const shape = shapes[fits]!;
      if (fits > 0) {
        shapes[fits] = shapes[0]!;
        shapes[0] = shape;
      }
      for (let at = 0; at < shape.absent.length; at++) row.leaveOut(shape.absent[at]!);
      at = end;
    }
    return at;
  }
}

function takenBy(shapes: readonly PieceShape[]): number[] {
  return [...new Set(shapes.flatMap(({ taken }) => taken))];
}
