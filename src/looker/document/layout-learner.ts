/** Makes the pieces of a row while the general way decodes it: what `RowLayout` compares the next rows with. */

import { PASSED_OVER, PieceShape } from "./row-layout";
import type { Token } from "./token-text";

/** Watches the general way decode a row, and tells its pieces. */
export class LayoutLearner {
  private chunk: Buffer | undefined;
  private pieces: PieceShape[] = [];
  private columns: number[] = [];
  /** Of the piece in hand. */
  private key: Buffer | undefined;
  private isPivot = false;
  private parts: Buffer[] = [];
  private partColumns: number[] = [];
  private from = 0;

  /** A row begins with the brace at this place. */
  begin(chunk: Buffer, at: number): void {
    this.chunk = chunk;
    this.pieces = [];
    this.columns = [];
    this.startPiece(undefined, false, at);
  }

  /** Here begins a cell, or of a pivoted one (`isPivot`) the part under a pivot value. */
  cell(key: Token, isPivot: boolean): void {
    const { chunk } = this;
    if (chunk === undefined) return;
    if (key.bytes !== chunk || !key.whole) {
      this.spoil();
      return;
    }
    const text = Buffer.from(chunk.subarray(key.start, key.end));
    // The row's brace belongs to its first piece.
    if (this.key === undefined) this.key = text;
    else {
      this.endPiece(chunk, key.start);
      this.startPiece(text, isPivot, key.start);
    }
  }

  /** A value has been taken for a column. */
  value(token: Token, column: number): void {
    // A column that comes twice is for the general way: the last of them stands, also when it has no value.
    if (this.columns.includes(column)) this.spoil();
    else {
      this.columns.push(column);
      this.addValue(token, column);
    }
  }

  /** A value that belongs to no column, whatever it is, has been passed over. */
  passedOver(token: Token): void {
    this.addValue(token, PASSED_OVER);
  }

  /** The row holds something that is not decoded by comparing. */
  spoil(): void {
    this.chunk = undefined;
  }

  /**
   * The row has ended before this place.
   * @param cells cells that were taken for a column; one without a value is for the general way
   * @returns its pieces, where it can be decoded by comparing
   */
  end(chunk: Buffer, at: number, cells: number): PieceShape[] | undefined {
    const isWhole = this.chunk === chunk;
    this.chunk = undefined;
    if (!isWhole || this.columns.length !== cells) return undefined;
    this.endPiece(chunk, at);
    return this.pieces;
  }

  private addValue(token: Token, column: number): void {
    const { chunk } = this;
    if (chunk === undefined || token.bytes !== chunk || !token.whole) {
      this.spoil();
      return;
    }
    this.parts.push(chunk.subarray(this.from, token.start));
    this.partColumns.push(column);
    this.from = token.end;
  }

  private startPiece(key: Buffer | undefined, isPivot: boolean, at: number): void {
    this.key = key;
    this.isPivot = isPivot;
    this.parts = [];
    this.partColumns = [];
    this.from = at;
  }

  private endPiece(chunk: Buffer, at: number): void {
    const parts = [...this.parts, chunk.subarray(this.from, at)];
    this.pieces.push(new PieceShape(this.key ?? Buffer.alloc(0), this.isPivot, parts, this.partColumns));
  }
}
