/** The text of a token, which may begin in one chunk and end in another. */

/** The raw text of one token, quotes included. Valid only during the call that hands it over. */
export interface Token {
  bytes: Buffer;
  start: number;
  end: number;
  /** Length of the whole token in the document, in bytes. */
  length: number;
  /** False when the token was longer than is kept: `bytes` then holds its beginning. */
  whole: boolean;
}

/** How much of a token is kept as a rule, in bytes: 1,023 characters take at most 6,138 as `\uXXXX`. */
export const TOKEN_KEPT_BYTES = 8192;

export class TokenText {
  /** How much of a token is kept, in bytes. */
  keepBytes = TOKEN_KEPT_BYTES;
  /** Where in the chunk the token begins, or goes on. */
  private from = 0;
  /** What is kept of the token's part in earlier chunks. */
  private carry = Buffer.allocUnsafe(TOKEN_KEPT_BYTES);
  private carried = 0;
  /** Length of that part, in bytes. */
  private carriedAll = 0;
  private readonly token: Token = { bytes: this.carry, start: 0, end: 0, length: 0, whole: true };

  /** A token begins at this place of the chunk. */
  start(at: number): void {
    this.from = at;
    this.carried = 0;
    this.carriedAll = 0;
  }

  /** The chunk ends, and the token does not. */
  carryOn(chunk: Buffer): void {
    this.carryOver(chunk, chunk.length);
    this.from = 0;
  }

  /** The token ends before this place of the chunk. */
  end(chunk: Buffer, end: number): Token {
    const token = this.token;
    if (this.carriedAll === 0) {
      token.bytes = chunk;
      token.start = this.from;
      token.end = Math.min(end, this.from + this.keepBytes);
      token.length = end - this.from;
      token.whole = token.end === end;
    } else {
      this.carryOver(chunk, end);
      token.bytes = this.carry;
      token.start = 0;
      token.end = this.carried;
      token.length = this.carriedAll;
      token.whole = this.carried === this.carriedAll;
      this.carriedAll = 0;
    }
    return token;
  }

  /** Keeps what the chunk has of the token, up to `keepBytes` of the whole token. */
  private carryOver(chunk: Buffer, end: number): void {
    this.carriedAll += end - this.from;
    const room = Math.min(end - this.from, this.keepBytes - this.carried);
    if (room <= 0) return;
    if (this.carried + room > this.carry.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.carry.length * 2, this.carried + room));
      this.carry.copy(larger, 0, 0, this.carried);
      this.carry = larger;
    }
    chunk.copy(this.carry, this.carried, this.from, this.from + room);
    this.carried += room;
  }
}
