/** Copies one value of the document as compact JSON text: raw tokens, without the white space between them. */

import { DocumentError } from "./document-error";
import type { JsonEvents, JsonScanner, Scalar } from "./json-scanner";
import { TOKEN_KEPT_BYTES, type Token } from "./token-text";

const COMMA = Buffer.from(",");
const COLON = Buffer.from(":");
const OPEN_OBJECT = Buffer.from("{");
const CLOSE_OBJECT = Buffer.from("}");
const OPEN_ARRAY = Buffer.from("[");
const CLOSE_ARRAY = Buffer.from("]");

export class ValueCapture implements JsonEvents {
  bytes = Buffer.allocUnsafe(TOKEN_KEPT_BYTES);
  length = 0;
  /** True when only the beginning of the value was kept. */
  cut = false;
  isObject = false;
  /** Levels of nesting the value has. */
  deepest = 0;
  /** Length of the value in the document, white space included, in bytes. */
  size = 0;

  private limit = 0;
  private level = 0;
  private needsComma = false;
  private from = 0;
  private back: JsonEvents = this;
  private done: () => void = () => undefined;

  constructor(private readonly scanner: JsonScanner) {}

  /**
   * Captures the value that comes next, whole.
   * @param limit most bytes of compact text
   * @throws DocumentError from the scanner's `write` when there are more
   */
  nextWhole(limit: number, done: () => void): void {
    this.begin(limit, done);
    this.scanner.keepBytes = limit;
  }

  /** Captures the object or list that has just been opened, as much of it as fits a token. */
  rest(isObject: boolean, done: () => void): void {
    this.begin(TOKEN_KEPT_BYTES, done);
    this.from--; // The opening bracket belongs to it.
    if (isObject) this.startObject();
    else this.startArray();
  }

  /** The captured text. @throws SyntaxError never: the scanner has checked it */
  parsed(): unknown {
    return JSON.parse(this.bytes.toString("utf8", 0, this.length));
  }

  startObject(): void {
    this.open(OPEN_OBJECT);
  }

  startArray(): void {
    this.open(OPEN_ARRAY);
  }

  endObject(): void {
    this.close(CLOSE_OBJECT);
  }

  endArray(): void {
    this.close(CLOSE_ARRAY);
  }

  key(token: Token): void {
    this.separate();
    this.addToken(token);
    this.add(COLON, 0, 1);
    this.needsComma = false;
  }

  scalar(_kind: Scalar, token: Token): void {
    this.separate();
    this.addToken(token);
    this.needsComma = true;
    if (this.level === 0) this.finish();
  }

  private begin(limit: number, done: () => void): void {
    this.limit = limit;
    this.done = done;
    this.length = 0;
    this.cut = false;
    this.deepest = 0;
    this.level = 0;
    this.needsComma = false;
    this.from = this.scanner.offset;
    this.back = this.scanner.events;
    this.scanner.events = this;
  }

  private open(bracket: Buffer): void {
    this.separate();
    if (this.level === 0) this.isObject = bracket === OPEN_OBJECT;
    this.level++;
    if (this.level > this.deepest) this.deepest = this.level;
    this.add(bracket, 0, 1);
    this.needsComma = false;
  }

  private close(bracket: Buffer): void {
    this.add(bracket, 0, 1);
    this.needsComma = true;
    if (--this.level === 0) this.finish();
  }

  private finish(): void {
    this.size = this.scanner.offset - this.from;
    this.scanner.events = this.back;
    this.scanner.keepBytes = TOKEN_KEPT_BYTES;
    this.done();
  }

  private separate(): void {
    if (this.needsComma) this.add(COMMA, 0, 1);
  }

  private addToken(token: Token): void {
    this.add(token.bytes, token.start, token.end);
    if (!token.whole) this.cutOff();
  }

  private add(bytes: Buffer, start: number, end: number): void {
    const room = this.limit - this.length;
    let length = end - start;
    if (length > room) {
      this.cutOff();
      length = room;
    }
    if (this.length + length > this.bytes.length) {
      const larger = Buffer.allocUnsafe(
        Math.min(this.limit, Math.max(this.bytes.length * 2, this.length + length)),
      );
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    bytes.copy(this.bytes, this.length, start, start + length);
    this.length += length;
  }

  private cutOff(): void {
    if (this.limit > TOKEN_KEPT_BYTES)
      throw new DocumentError("a part of it that must be read whole is too large");
    this.cut = true;
  }
}
