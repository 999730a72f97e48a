/** Passes over one value of the document, however large. */

import type { JsonEvents, JsonScanner, Scalar } from "./json-scanner";
import type { Token } from "./token-text";

export class ValueSkipper implements JsonEvents {
  private level = 0;
  private back: JsonEvents = this;

  /** @param onScalar told of each scalar that is passed over, alone or inside of what is */
  constructor(
    private readonly scanner: JsonScanner,
    private readonly onScalar: (token: Token) => void = () => undefined,
  ) {}

  /** Skips the value that comes next. */
  next(): void {
    this.level = 0;
    this.back = this.scanner.events;
    this.scanner.events = this;
  }

  /** Skips the rest of the object or list that has just been opened. */
  rest(): void {
    this.next();
    this.level = 1;
  }

  startObject(): void {
    this.level++;
  }

  startArray(): void {
    this.level++;
  }

  endObject(): void {
    if (--this.level === 0) this.scanner.events = this.back;
  }

  endArray(): void {
    this.endObject();
  }

  key(): void {}

  scalar(_kind: Scalar, token: Token): void {
    this.onScalar(token);
    if (this.level === 0) this.scanner.events = this.back;
  }
}
