/**
 * Reads JSON text as it arrives, in any chunking, checks every byte of it, and reports tokens as raw text.
 * No value becomes a JavaScript number or string here: that is what keeps long integers exact.
 *
 * Grammar: RFC 8259. UTF-8: RFC 3629 (no over-long forms, no surrogates). A byte order mark may stand first.
 */

import { viewOf } from "../../byte-writer";
import { DocumentError } from "./document-error";
import { firstNumberState, nextNumberState, numberMayEnd } from "./number-grammar";
import { type Token, TokenText } from "./token-text";

export const Scalar = { String: 1, Number: 2, True: 3, False: 4, Null: 5 } as const;
export type Scalar = (typeof Scalar)[keyof typeof Scalar];

export interface JsonEvents {
  startObject(): void;
  endObject(): void;
  startArray(): void;
  endArray(): void;
  key(token: Token): void;
  scalar(kind: Scalar, token: Token): void;
}

/**
 * Reads as many whole elements of a list as it can, each with the comma before it.
 * @param at the comma behind an element
 * @returns the place behind the last element it has read; the place it was given when it read none
 */
export type ElementReader = (chunk: Buffer, at: number) => number;

/** Nesting the scanner follows at one bit a level: 4 MB of memory at the most. */
const MAX_DEPTH = 1 << 25;

// Where the scanner stands in the grammar.
const START = 0;
const VALUE = 1;
const VALUE_OR_END = 2;
const KEY = 3;
const KEY_OR_END = 4;
const COLON = 5;
const COMMA_OR_END = 6;
const STRING = 7;
const NUMBER = 8;
const LITERAL = 9;
const AFTER = 10;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** 1 for the bytes a string may hold as they are and that need no look at their neighbours. */
const PLAIN = new Uint8Array(256).fill(1, 0x20, 0x80);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

const LITERALS = {
  116: { text: Buffer.from("true"), kind: Scalar.True },
  102: { text: Buffer.from("false"), kind: Scalar.False },
  110: { text: Buffer.from("null"), kind: Scalar.Null },
} as const;

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

export class JsonScanner {
  /** How many objects and arrays are open. */
  depth = 0;

  /** The chunk in hand. */
  chunk: Buffer = Buffer.alloc(0);
  /** The same, for reading four bytes at a time. */
  view = viewOf(this.chunk);

  /** Reads elements of the list at `elementsDepth` at once, see `readElements`. */
  private elements: ElementReader | undefined;
  private elementsDepth = -1;
  private state = START;
  private markAt = 0;
  /** Bytes of the document before the chunk in hand. */
  private before = 0;
  private at = 0;
  /** One bit a level: 1 is an object, 0 an array. */
  private nesting = new Uint8Array(16);

  private tokenIsKey = false;
  private readonly text = new TokenText();

  private escapeLeft = 0;
  private utf8Left = 0;
  private utf8Low = 0x80;
  private utf8High = 0xbf;
  private numberState = 0;
  private literal: { text: Buffer; kind: Scalar } = LITERALS[0x6e];
  private literalAt = 0;

  /** @param events who takes the tokens; may be changed by the taker, from one token to the next */
  constructor(public events: JsonEvents) {}

  /** How much of a token is handed on, in bytes. */
  set keepBytes(bytes: number) {
    this.text.keepBytes = bytes;
  }

  /** Bytes of the document read so far, up to and including the token in hand. */
  get offset(): number {
    return this.before + this.at;
  }

  /** Bytes of the chunk in hand that have been read, up to and including the token in hand. */
  get place(): number {
    return this.at;
  }

  /** Lets somebody else read whole elements of the list that has just been opened. */
  readElements(reader: ElementReader): void {
    this.elements = reader;
    this.elementsDepth = this.depth;
  }

  /** True once the top-level value is closed. */
  get closed(): boolean {
    return this.state === AFTER;
  }

  /** @throws DocumentError at the first byte that is not JSON, or not UTF-8 */
  write(chunk: Buffer): void {
    const length = chunk.length;
    this.chunk = chunk;
    this.view = viewOf(chunk);
    let at = 0;
    while (at < length) {
      const isBetween = this.state === COMMA_OR_END && this.depth === this.elementsDepth;
      if (isBetween && chunk[at] === 0x2c && this.elements) {
        const end = this.elements(chunk, at);
        if (end > at) {
          at = end;
          continue;
        }
      }
      if (this.state === STRING) at = this.readString(chunk, at);
      else if (this.state === NUMBER) at = this.readNumber(chunk, at);
      else if (this.state === LITERAL) at = this.readLiteral(chunk, at);
      else {
        this.at = at + 1;
        this.readStructure(chunk[at]!, at);
        at++;
      }
    }
    if (this.state === STRING || this.state === NUMBER || this.state === LITERAL) {
      this.text.carryOn(chunk);
    }
    this.before += length;
    this.at = 0;
  }

  /** @throws DocumentError unless exactly one whole value was read */
  end(): void {
    if (this.state === NUMBER && this.depth === 0) this.endNumber(Buffer.alloc(0), 0);
    if (this.state === AFTER) return;
    if (this.depth === 0 && this.state <= VALUE) throw new DocumentError("it is empty");
    throw new DocumentError("it breaks off before its closing brace");
  }

  private readStructure(byte: number, at: number): void {
    if (this.state === START && this.readMark(byte)) return;
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return;
    switch (this.state) {
      case VALUE_OR_END:
        if (byte === 0x5d) this.close(byte);
        else this.startValue(byte, at);
        return;
      case VALUE:
        this.startValue(byte, at);
        return;
      case KEY_OR_END:
        if (byte === 0x7d) this.close(byte);
        else this.startKey(byte, at);
        return;
      case KEY:
        this.startKey(byte, at);
        return;
      case COLON:
        if (byte !== 0x3a) this.fail();
        this.state = VALUE;
        return;
      case COMMA_OR_END:
        if (byte === 0x2c) this.state = this.inObject() ? KEY : VALUE;
        else this.close(byte);
        return;
      default:
        this.fail("something follows its closing brace");
    }
  }

  /** Whether the byte belongs to a byte order mark, which only the first three bytes can be. */
  private readMark(byte: number): boolean {
    const isMark = byte === BYTE_ORDER_MARK[this.markAt];
    if (isMark) this.markAt++;
    else if (this.markAt > 0) this.fail("it is not UTF-8");
    if (!isMark || this.markAt === BYTE_ORDER_MARK.length) this.state = VALUE;
    return isMark;
  }

  private startKey(byte: number, at: number): void {
    if (byte !== QUOTE) this.fail();
    this.tokenIsKey = true;
    this.text.start(at);
    this.state = STRING;
  }

  private startValue(byte: number, at: number): void {
    if (byte === QUOTE) {
      this.tokenIsKey = false;
      this.text.start(at);
      this.state = STRING;
    } else if (byte === 0x7b) {
      this.open(1);
      this.state = KEY_OR_END;
      this.events.startObject();
    } else if (byte === 0x5b) {
      this.open(0);
      this.state = VALUE_OR_END;
      this.events.startArray();
    } else if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
      this.text.start(at);
      this.numberState = firstNumberState(byte);
      this.state = NUMBER;
    } else if (byte === 0x74 || byte === 0x66 || byte === 0x6e) {
      this.text.start(at);
      this.literal = LITERALS[byte];
      this.literalAt = 1;
      this.state = LITERAL;
    } else if (this.depth === 0) {
      this.fail(byte === 0x3c ? "it is an HTML page, not a query result" : "it is not JSON");
    } else {
      this.fail();
    }
  }

  private inObject(): boolean {
    const level = this.depth - 1;
    return (this.nesting[level >> 3]! & (1 << (level & 7))) !== 0;
  }

  private open(object: 0 | 1): void {
    const level = this.depth++;
    if (level >= MAX_DEPTH) this.fail("it is nested too deeply");
    if (level >> 3 >= this.nesting.length) {
      const larger = new Uint8Array(this.nesting.length * 2);
      larger.set(this.nesting);
      this.nesting = larger;
    }
    const bit = 1 << (level & 7);
    if (object) this.nesting[level >> 3]! |= bit;
    else this.nesting[level >> 3]! &= ~bit;
  }

  private close(byte: number): void {
    const object = this.inObject();
    if (byte !== (object ? 0x7d : 0x5d)) this.fail();
    if (this.depth === this.elementsDepth) this.elementsDepth = -1;
    this.depth--;
    this.valueEnded();
    if (object) this.events.endObject();
    else this.events.endArray();
  }

  private valueEnded(): void {
    this.state = this.depth === 0 ? AFTER : COMMA_OR_END;
  }

  private readString(chunk: Buffer, from: number): number {
    const length = chunk.length;
    let at = from;
    while (at < length) {
      let byte = chunk[at]!;
      if (this.escapeLeft !== 0) {
        this.readEscape(byte, at);
      } else if (this.utf8Left !== 0) {
        if (byte < this.utf8Low || byte > this.utf8High) this.fail("it is not UTF-8", at);
        this.utf8Left--;
        this.utf8Low = 0x80;
        this.utf8High = 0xbf;
      } else {
        while (PLAIN[byte] === 1) {
          if (++at === length) return at;
          byte = chunk[at]!;
        }
        if (byte === QUOTE) {
          this.endString(chunk, at + 1);
          return at + 1;
        }
        if (byte === BACKSLASH) this.escapeLeft = 1;
        else if (byte >= 0x80) this.startUtf8(byte, at);
        else this.fail("it holds a control character inside a text", at);
      }
      at++;
    }
    return at;
  }

  /** `escapeLeft` is 1 right after the backslash, and 1 + the hex digits that are still to come after `\u`. */
  private readEscape(byte: number, at: number): void {
    if (this.escapeLeft > 1) {
      const hex =
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
      if (!hex) this.fail("it holds a bad escape", at);
      this.escapeLeft = this.escapeLeft === 2 ? 0 : this.escapeLeft - 1;
    } else if (byte === 0x75) {
      this.escapeLeft = 5;
    } else if ('"\\/bfnrt'.includes(String.fromCharCode(byte))) {
      this.escapeLeft = 0;
    } else {
      this.fail("it holds a bad escape", at);
    }
  }

  private startUtf8(byte: number, at: number): void {
    if (byte >= 0xc2 && byte <= 0xdf) this.utf8Left = 1;
    else if (byte >= 0xe0 && byte <= 0xef) {
      this.utf8Left = 2;
      if (byte === 0xe0) this.utf8Low = 0xa0;
      if (byte === 0xed) this.utf8High = 0x9f;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      this.utf8Left = 3;
      if (byte === 0xf0) this.utf8Low = 0x90;
      if (byte === 0xf4) this.utf8High = 0x8f;
    } else this.fail("it is not UTF-8", at);
  }

  private endString(chunk: Buffer, end: number): void {
    const token = this.endToken(chunk, end);
    if (this.tokenIsKey) {
      this.state = COLON;
      this.events.key(token);
    } else {
      this.valueEnded();
      this.events.scalar(Scalar.String, token);
    }
  }

  private readNumber(chunk: Buffer, from: number): number {
    const length = chunk.length;
    let at = from;
    for (; at < length; at++) {
      const next = nextNumberState(this.numberState, chunk[at]!);
      if (next === undefined) {
        this.endNumber(chunk, at);
        return at;
      }
      this.numberState = next;
    }
    return at;
  }

  private endNumber(chunk: Buffer, end: number): void {
    if (!numberMayEnd(this.numberState)) this.fail("it holds a broken number", end);
    const token = this.endToken(chunk, end);
    this.valueEnded();
    this.events.scalar(Scalar.Number, token);
  }

  private readLiteral(chunk: Buffer, from: number): number {
    const { text, kind } = this.literal;
    let at = from;
    while (at < chunk.length) {
      if (chunk[at] !== text[this.literalAt]) this.fail(undefined, at);
      at++;
      if (++this.literalAt === text.length) {
        const token = this.endToken(chunk, at);
        this.valueEnded();
        this.events.scalar(kind, token);
        return at;
      }
    }
    return at;
  }

  private endToken(chunk: Buffer, end: number): Token {
    this.at = end;
    return this.text.end(chunk, end);
  }

  private fail(reason = "it is broken JSON", at = this.at - 1): never {
    throw new DocumentError(`${reason} (at byte ${this.before + Math.max(at, 0) + 1})`);
  }
}
