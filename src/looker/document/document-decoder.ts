/**
 * Decodes a query result (`json_detail_lite_stream` or `json_detail`) as it arrives: finds the fields, the rows
 * and what Looker says about them by their path in the document, and hands every row on as soon as it is read.
 *
 * Source of the shape: Looker's Action API docs; what varies between versions is passed over.
 */

import type { ResultReader } from "../../mapping";
import { CellKeys } from "./cell-keys";
import { DocumentError } from "./document-error";
import { DEFAULT_DOCUMENT_LIMITS, type DocumentLimits } from "./document-limits";
import { readFields } from "./fields";
import { type JsonEvents, JsonScanner } from "./json-scanner";
import { keyName } from "./key-name";
import { RowDecoder } from "./row-decoder";
import type { Token } from "./token-text";
import { ValueCapture } from "./value-capture";
import { ValueSkipper } from "./value-skipper";

/** Most bytes of `fields`, of `errors`, and of rows that come before the fields. */
const MAX_CAPTURE_BYTES = 32 * 1024 * 1024;

/** The compact JSON of a `data` without rows. */
const NO_ROWS = [Buffer.from("[]"), Buffer.from("null")];

export class DocumentDecoder implements JsonEvents {
  /** `truncated: true`: Looker left rows out. */
  truncated = false;
  /** The messages in `errors`, notes included. */
  readonly messages: string[] = [];

  private readonly scanner = new JsonScanner(this);
  private readonly skipper = new ValueSkipper(this.scanner);
  private readonly capture = new ValueCapture(this.scanner);
  private keys: CellKeys | undefined;
  private rowDecoder: RowDecoder | undefined;
  /** Rows that came before the fields, kept until the document ends. */
  private earlyRows: Buffer | undefined;

  constructor(
    private readonly reader: ResultReader,
    private readonly limits: DocumentLimits = DEFAULT_DOCUMENT_LIMITS,
  ) {}

  /** Rows read to their closing brace. */
  get rows(): number {
    return this.rowDecoder?.rows ?? 0;
  }

  /**
   * @throws DocumentError when the document turns out to be broken; the rows before that were handed on
   * @throws whatever the reader throws
   */
  write(chunk: Buffer): void {
    this.scanner.write(chunk);
  }

  /** @throws DocumentError unless the document was whole: its closing brace was read and nothing follows */
  end(): void {
    this.scanner.end();
    if (!this.keys) {
      // An answer that holds only errors is a document too: what it means is for the report to say.
      if (this.messages.length > 0 && !this.earlyRows) return;
      throw new DocumentError("it has no field list, so it is not a query result in json_detail format");
    }
    if (this.earlyRows) this.readEarlyRows(this.keys, this.earlyRows);
  }

  startObject(): void {
    // Only the document's own brace is seen here: every value inside is captured, skipped or decoded as rows.
  }

  startArray(): void {
    throw new DocumentError("it is a list, not a query result in json_detail format");
  }

  endObject(): void {}

  endArray(): void {}

  key(token: Token): void {
    const name = keyName(token);
    if (name === "data") this.startRows();
    else if (name === "fields" && !this.keys) {
      this.capture.nextWhole(MAX_CAPTURE_BYTES, () => {
        const fields = readFields(this.capture.parsed());
        // Without a field there is nothing to map, and `errors` may yet say why.
        if (fields.fields.length > 0) this.keys = new CellKeys(fields, this.reader, this.limits);
      });
    } else if (name === "errors") {
      this.capture.nextWhole(MAX_CAPTURE_BYTES, () => {
        this.messages.push(...messagesOf(this.capture.parsed()));
      });
    } else if (name === "truncated") {
      this.capture.nextWhole(MAX_CAPTURE_BYTES, () => {
        this.truncated = this.capture.parsed() === true;
      });
    } else this.skipper.next();
  }

  scalar(): void {
    throw new DocumentError("it is not a query result in json_detail format");
  }

  private startRows(): void {
    if (this.keys) {
      this.rowDecoder ??= new RowDecoder(this.scanner, this.keys, this.reader, this.limits);
      this.rowDecoder.next();
    } else {
      this.capture.nextWhole(MAX_CAPTURE_BYTES, () => {
        const rows = Buffer.from(this.capture.bytes.subarray(0, this.capture.length));
        this.earlyRows = NO_ROWS.some((none) => none.equals(rows)) ? undefined : rows;
      });
    }
  }

  private readEarlyRows(keys: CellKeys, rows: Buffer): void {
    const scanner = new JsonScanner(this);
    this.rowDecoder = new RowDecoder(scanner, keys, this.reader, this.limits);
    this.rowDecoder.next();
    scanner.write(rows);
    scanner.end();
  }
}

/** Source: the Action API's docs; `message_details` says more than `message` where it is there. */
function messagesOf(errors: unknown): string[] {
  if (errors === null) return [];
  const list = Array.isArray(errors) ? errors : [errors];
  return list.map((entry: unknown) => {
    if (typeof entry === "string") return entry;
    if (typeof entry !== "object" || entry === null) return JSON.stringify(entry);
    const { message, message_details: details } = entry as Record<string, unknown>;
    const parts = [message, details].filter(
      (part): part is string => typeof part === "string" && part !== "",
    );
    return parts.length > 0 ? joined(parts) : "Looker reported an error without a message";
  });
}

/** `The query failed.` and `Unknown column` become `The query failed: Unknown column`. */
function joined([message = "", details]: readonly string[]): string {
  return details === undefined ? message : `${message.replace(/[.:]?\s*$/, "")}: ${details}`;
}
