/** Keeps what a scanner reports, each token as its raw text. */

import { type JsonEvents, JsonScanner, type Scalar } from "../../src/looker/document/json-scanner";
import type { Token } from "../../src/looker/document/token-text";
import { writeAll } from "./chunks";

export class CollectingEvents implements JsonEvents {
  readonly seen: string[] = [];
  readonly kinds: Scalar[] = [];

  startObject(): void {
    this.seen.push("{");
  }

  endObject(): void {
    this.seen.push("}");
  }

  startArray(): void {
    this.seen.push("[");
  }

  endArray(): void {
    this.seen.push("]");
  }

  key(token: Token): void {
    this.seen.push(`${textOf(token)}:`);
  }

  scalar(kind: Scalar, token: Token): void {
    this.kinds.push(kind);
    this.seen.push(textOf(token));
  }
}

/** @throws DocumentError unless the chunks are a whole JSON text */
export function scan(chunks: readonly Buffer[]): CollectingEvents {
  const events = new CollectingEvents();
  const scanner = new JsonScanner(events);
  writeAll(scanner, chunks);
  scanner.end();
  return events;
}

function textOf(token: Token): string {
  const text = token.bytes.toString("utf8", token.start, token.end);
  return token.whole ? text : `${text}… (${token.length} bytes)`;
}
