/**
 * Looks through the body of a request as it arrives, and finds the pushed result in it: that stays where it is, as bytes.
 * The rest is small, and is parsed.
 */

import { DocumentError } from "./document";
import { type JsonEvents, JsonScanner, type Scalar } from "./document/json-scanner";
import { keyName } from "./document/key-name";
import type { Token } from "./document/token-text";
import { ValueSkipper } from "./document/value-skipper";

/** Where a value stands in the body, in bytes. */
export interface Place {
  start: number;
  end: number;
}

/** The whole body of a request. */
export interface RequestBody {
  bytes: Buffer;
  /** Each value of `attachment.data`, in their order: a key may come twice. */
  pushed: readonly Place[];
  /** Whether it is JSON, in UTF-8. */
  isJson: boolean;
}

/** A body that is there in one piece. */
export function scanBody(bytes: Buffer): RequestBody {
  const scan = new BodyScan();
  scan.write(bytes);
  return scan.end(bytes);
}

export class BodyScan implements JsonEvents {
  private readonly scanner = new JsonScanner(this);
  private readonly skipper = new ValueSkipper(this.scanner);
  private readonly pushed: Place[] = [];
  private isBroken = false;
  /** Whether the last key at the top was `attachment`. */
  private inAttachment = false;
  /** Whether the value that comes next is `attachment.data`. */
  private isData = false;
  /** Where that value began, while it is an object or a list and still open. */
  private dataStart: number | undefined;

  write(part: Buffer): void {
    this.guarded(() => this.scanner.write(part));
  }

  /** @param bytes all that was written, in one piece */
  end(bytes: Buffer): RequestBody {
    this.guarded(() => this.scanner.end());
    return { bytes, pushed: this.pushed, isJson: !this.isBroken };
  }

  key(token: Token): void {
    if (this.dataStart !== undefined) return;
    const { depth } = this.scanner;
    const name = keyName(token);
    this.isData = depth === 2 && this.inAttachment && name === "data";
    if (depth === 1) this.inAttachment = name === "attachment";
    if (!this.isData && !(depth === 1 && this.inAttachment)) this.skipper.next();
  }

  startObject(): void {
    if (this.isData) this.dataStart ??= this.scanner.offset - 1;
  }

  startArray(): void {
    this.startObject();
  }

  endObject(): void {
    if (this.dataStart !== undefined && this.scanner.depth === 2) this.found(this.dataStart);
  }

  endArray(): void {
    this.endObject();
  }

  scalar(_kind: Scalar, token: Token): void {
    if (this.isData && this.dataStart === undefined) this.found(this.scanner.offset - token.length);
  }

  private found(start: number): void {
    this.pushed.push({ start, end: this.scanner.offset });
    this.isData = false;
    this.dataStart = undefined;
  }

  private guarded(read: () => void): void {
    if (this.isBroken) return;
    try {
      read();
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      this.isBroken = true;
    }
  }
}
