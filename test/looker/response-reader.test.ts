/** An answer of undici's, piece by piece. */

import type { Dispatcher } from "undici";
import { ResponseReader } from "../../src/looker/response-reader";

const PIECES = 100;

/** A connection that always has the next piece at once, as a fast network does. */
class FastConnection implements Dispatcher.DispatchController {
  readonly aborted = false;
  readonly paused = false;
  readonly reason = null;
  private sent = 0;

  constructor(private readonly reader: ResponseReader) {}

  abort(): void {}

  pause(): void {}

  resume(): void {
    if (this.sent === PIECES) this.reader.onResponseEnd();
    else this.reader.onResponseData(this, Buffer.from([this.sent++]));
  }
}

describe("an answer", () => {
  it("leaves turns to others while there is always more of it", async () => {
    const reader = new ResponseReader(new AbortController().signal);
    reader.onRequestStart(new FastConnection(reader));
    let turns = 0;
    const others = () => {
      turns++;
      timer = setImmediate(others);
    };
    let timer = setImmediate(others);
    const read: number[] = [];
    for await (const piece of reader.pieces()) read.push(...piece);
    clearImmediate(timer);
    expect(read).toEqual(Array.from({ length: PIECES }, (_, at) => at));
    expect(turns).toBeGreaterThanOrEqual(PIECES / 5);
  });
});
