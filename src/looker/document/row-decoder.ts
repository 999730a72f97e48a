/** Decodes the rows of a result: which column each cell belongs to, and the JSON text of its value. */

import type { ResultReader } from "../../mapping";
import type { CellKey, CellKeys } from "./cell-keys";
import { DocumentError } from "./document-error";
import type { DocumentLimits } from "./document-limits";
import { type JsonEvents, type JsonScanner, Scalar } from "./json-scanner";
import { keyName } from "./key-name";
import { LayoutLearner } from "./layout-learner";
import { RowBuffer } from "./row-buffer";
import { RowLayout } from "./row-layout";
import type { Token } from "./token-text";
import { ValueCapture } from "./value-capture";
import { ValueSkipper } from "./value-skipper";

// What comes next.
const ROWS = 0;
const ROW = 1;
const CELL_KEY = 2;
/** The cell: an object as a rule, and anything else is the value itself. */
const CELL = 3;
const VALUE_KEY = 4;
const VALUE = 5;
const PIVOT_KEY = 6;
const PIVOT_CELL = 7;

const VALUE_TEXT = Buffer.from('"value"');

/** So many rows in a row that do not fit their layout, and it is not tried any more: this result has none. */
const MAX_MISFITS = 100;

const NOT_ROWS = 'its "data" is not a list of rows';

export class RowDecoder implements JsonEvents {
  /** Rows read to their closing brace. */
  rows = 0;

  private expects = ROWS;
  private readonly row: RowBuffer;
  private readonly capture: ValueCapture;
  private readonly skipper: ValueSkipper;
  private back: JsonEvents = this;

  /** The keys of the last row in their order: Looker repeats it, so the next key is nearly always this one. */
  private readonly order: CellKey[] = [];
  private place = 0;
  private cell: CellKey | undefined;
  private column = -1;
  /** True inside the cell of one pivot value. */
  private inPivot = false;
  /** The JSON text of the pivot value in hand. */
  private pivotKey = "";

  private readonly learner = new LayoutLearner();
  private layout: RowLayout | undefined;
  /** In which the row in hand began. */
  private rowChunk: Buffer | undefined;
  /** Rows in a row that did not fit the layout. */
  private misfits = 0;

  constructor(
    private readonly scanner: JsonScanner,
    private readonly keys: CellKeys,
    private readonly reader: ResultReader,
    { rowBytes }: DocumentLimits,
  ) {
    this.row = new RowBuffer(rowBytes);
    this.capture = new ValueCapture(scanner);
    this.skipper = new ValueSkipper(scanner, (token) => this.learner.passedOver(token));
  }

  /** Takes the value that comes next as the list of rows. */
  next(): void {
    this.expects = ROWS;
    this.back = this.scanner.events;
    this.scanner.events = this;
  }

  startObject(): void {
    switch (this.expects) {
      case ROWS:
        throw new DocumentError(NOT_ROWS);
      case ROW:
        this.row.begin(this.rows + 1, this.keys.count);
        this.rowChunk = this.scanner.chunk;
        if (this.misfits < MAX_MISFITS) this.learner.begin(this.rowChunk, this.scanner.place - 1);
        this.place = 0;
        this.expects = CELL_KEY;
        return;
      case CELL:
        this.expects = this.cell?.field?.pivoted ? PIVOT_KEY : VALUE_KEY;
        return;
      case PIVOT_CELL:
        this.startPivotCell();
        return;
      default:
        this.startNested(true);
    }
  }

  startArray(): void {
    switch (this.expects) {
      case ROWS:
        this.expects = ROW;
        this.scanner.readElements((chunk, at) => this.readAlike(chunk, at));
        return;
      case ROW:
        this.strangeRow();
        this.skipper.rest();
        return;
      case CELL:
        if (this.takeBareCell()) this.startNested(false);
        else this.skipRest(CELL_KEY);
        return;
      case PIVOT_CELL:
        if (this.takeFlatValue()) this.startNested(false);
        else this.skipRest(PIVOT_KEY);
        return;
      default:
        this.startNested(false);
    }
  }

  endObject(): void {
    switch (this.expects) {
      case CELL_KEY:
        this.endRow();
        return;
      case VALUE_KEY:
        this.expects = this.inPivot ? PIVOT_KEY : CELL_KEY;
        this.inPivot = false;
        return;
      default:
        this.expects = CELL_KEY;
    }
  }

  /** Only the list of rows itself ends here: lists inside it are captured or skipped. */
  endArray(): void {
    this.scanner.events = this.back;
  }

  key(token: Token): void {
    switch (this.expects) {
      case CELL_KEY:
        this.startCell(token);
        return;
      case VALUE_KEY:
        if (isValueKey(token)) this.expects = VALUE;
        else this.skipper.next();
        return;
      default:
        this.learner.cell(token, true);
        this.pivotKey = token.bytes.toString("utf8", token.start, token.end);
        this.expects = PIVOT_CELL;
    }
  }

  scalar(kind: Scalar, token: Token): void {
    switch (this.expects) {
      case ROWS:
        // `data: null` is a result without rows.
        if (kind !== Scalar.Null) throw new DocumentError(NOT_ROWS);
        this.scanner.events = this.back;
        return;
      case ROW:
        this.strangeRow();
        return;
      case CELL:
        // Of a pivoted field, null means: no value under any pivot value.
        if ((this.column >= 0 || kind !== Scalar.Null) && this.takeBareCell()) {
          this.setScalar(kind, token);
        }
        this.expects = CELL_KEY;
        return;
      case PIVOT_CELL:
        // Else a pivot value without a cell, or what else a cell carries beside its value.
        if (this.takeFlatValue()) this.setScalar(kind, token);
        this.expects = PIVOT_KEY;
        return;
      default:
        this.setScalar(kind, token);
        this.valueRead();
    }
  }

  private startCell(token: Token): void {
    this.learner.cell(token, false);
    const cell = this.findCell(token);
    this.cell = cell;
    this.column = cell.column;
    this.inPivot = false;
    const wanted = cell.field !== undefined && (cell.field.pivoted || this.row.take(cell.column, cell.rank));
    if (wanted) this.expects = CELL;
    else this.skipper.next();
  }

  private findCell(token: Token): CellKey {
    const place = this.place++;
    const guess = this.order[place];
    if (guess && sameBytes(guess.text, token)) return guess;
    const found = this.keys.find(token);
    this.order[place] = found;
    return found;
  }

  /** The cell of one pivot value. */
  private startPivotCell(): void {
    const cell = this.cell;
    this.expects = PIVOT_KEY;
    if (cell?.field === undefined) return;
    this.column = this.keys.pivotColumn(cell.field, this.pivotKey);
    if (this.takePivoted(cell)) {
      this.inPivot = true;
      this.expects = VALUE_KEY;
    } else this.skipper.rest();
  }

  /** A cell that is its value itself. */
  private takeBareCell(): boolean {
    return this.cell?.field?.pivoted === false || this.takeFlat();
  }

  /** `value` directly in the cell of a field that could be pivoted. */
  private takeFlatValue(): boolean {
    return this.pivotKey === '"value"' && this.takeFlat();
  }

  /** The cell of a field that could be pivoted, and is not: some table calculations do not nest. */
  private takeFlat(): boolean {
    const cell = this.cell;
    if (cell?.field === undefined) return false;
    this.column = this.keys.flatColumn(cell.field);
    return this.takePivoted(cell);
  }

  private takePivoted(cell: CellKey): boolean {
    this.row.grow(this.keys.count);
    if (this.column >= 0 && this.row.take(this.column, cell.rank)) return true;
    // Under another key there was a value: of a null there the general way makes nothing.
    this.learner.spoil();
    return false;
  }

  private skipRest(expects: number): void {
    this.expects = expects;
    this.skipper.rest();
  }

  private setScalar(kind: Scalar, token: Token): void {
    this.learner.value(token, this.column);
    this.row.setScalar(this.column, kind, token);
  }

  private startNested(isObject: boolean): void {
    this.learner.spoil();
    this.capture.rest(isObject, () => {
      this.row.setNested(this.column, this.capture);
      this.valueRead();
    });
  }

  private valueRead(): void {
    if (this.expects === VALUE) this.expects = VALUE_KEY;
    else this.expects = this.expects === PIVOT_CELL ? PIVOT_KEY : CELL_KEY;
  }

  private endRow(): void {
    this.order.length = this.place;
    if (this.misfits < MAX_MISFITS) this.learn();
    this.rows++;
    this.expects = ROW;
    this.reader.row(this.row);
  }

  private learn(): void {
    const { chunk, place } = this.scanner;
    // A row that is whole in its chunk and still was not read alike.
    if (this.layout && this.rowChunk === chunk) this.misfits++;
    const learnt = this.learner.end(chunk, place, this.row.taken);
    if (learnt && !this.layout?.add(learnt)) this.layout = new RowLayout(learnt);
  }

  /** Reads rows that are laid out as the last one was. @returns the place behind them */
  private readAlike(chunk: Buffer, start: number): number {
    const { layout, row, keys } = this;
    const { view } = this.scanner;
    if (layout === undefined || this.misfits === MAX_MISFITS) return start;
    let end = start;
    for (;;) {
      const at = rowStart(chunk, end);
      if (at < 0) return end;
      row.beginIn(chunk, view, this.rows + 1, keys.count, layout.columns);
      const rowEnd = layout.read(chunk, view, at, row);
      if (rowEnd < 0) return end;
      this.misfits = 0;
      this.rows++;
      end = rowEnd;
      this.reader.row(row);
    }
  }

  private strangeRow(): void {
    this.row.begin(this.rows + 1, this.keys.count);
    this.row.reject("it is not an object of cells");
    this.rows++;
    this.reader.row(this.row);
  }
}

function isValueKey(token: Token): boolean {
  return sameBytes(VALUE_TEXT, token) || (token.length < 64 && keyName(token) === "value");
}

function sameBytes(text: Buffer, token: Token): boolean {
  const length = text.length;
  if (token.end - token.start !== length) return false;
  for (let at = 0, other = token.start; at < length; at++, other++) {
    if (text[at] !== token.bytes[other]) return false;
  }
  return true;
}

/** Where the next row's brace stands; -1 when what comes next in this chunk is not a comma and a row. */
function rowStart(chunk: Buffer, from: number): number {
  const comma = spaceEnd(chunk, from);
  if (comma === chunk.length || chunk[comma] !== 0x2c) return -1;
  const at = spaceEnd(chunk, comma + 1);
  return at < chunk.length && chunk[at] === 0x7b ? at : -1;
}

function spaceEnd(chunk: Buffer, from: number): number {
  let at = from;
  while (at < chunk.length && isSpace(chunk[at]!)) at++;
  return at;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
