/** A result that Looker pushed along with the request, as the bytes of its JSON text. */

import { type JsonEvents, JsonScanner } from "./document/json-scanner";
import { keyName } from "./document/key-name";
import type { Token } from "./document/token-text";
import { ValueCapture } from "./document/value-capture";
import { ValueSkipper } from "./document/value-skipper";
import { BadRequestError, type ExecuteRequest } from "./execute-request";

/** @param raw the whole body of the request */
export function attachmentText(attachment: NonNullable<ExecuteRequest["attachment"]>, raw: Buffer): Buffer {
  const { data, mimetype } = attachment;
  if (typeof data !== "string") return new DataFinder(raw).find();
  return Buffer.from(data, /;\s*base64\s*$/i.test(mimetype) ? "base64" : "utf8");
}

/** Finds `attachment.data` in the text of the body: as a parsed value its long integers would have lost digits. */
class DataFinder implements JsonEvents {
  private readonly scanner = new JsonScanner(this);
  private readonly skipper = new ValueSkipper(this.scanner);
  private readonly capture = new ValueCapture(this.scanner);
  private found: Buffer | undefined;

  constructor(private readonly raw: Buffer) {}

  find(): Buffer {
    this.scanner.write(this.raw);
    if (!this.found) throw new BadRequestError("The attachment holds no data.");
    return this.found;
  }

  key(token: Token): void {
    const name = keyName(token);
    if (this.scanner.depth === 1 && name === "attachment") return;
    if (this.scanner.depth === 2 && name === "data") {
      this.capture.nextWhole(this.raw.length, () => {
        this.found = Buffer.from(this.capture.bytes.subarray(0, this.capture.length));
      });
    } else this.skipper.next();
  }

  startObject(): void {}
  endObject(): void {}
  startArray(): void {}
  endArray(): void {}
  scalar(): void {}
}
