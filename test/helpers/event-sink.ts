/** Keeps the events that mapping hands to delivery. */

import { DocumentDecoder } from "../../src/looker/document";
import type { ResultReader } from "../../src/mapping";
import { CollectingSink } from "./collecting-sink";

/** An event as it stands in a request. */
interface SentEvent {
  identity: string;
  event: string;
  timestamp: string;
  idempotency_key: string;
  properties: Record<string, unknown>;
}

export class EventSink extends CollectingSink {
  private readonly sent: string[] = [];

  get events(): SentEvent[] {
    return this.sent.map((text) => JSON.parse(text));
  }

  override update({ bytes, ...places }: Parameters<CollectingSink["update"]>[0]): void {
    const identity = bytes.toString("utf8", places.identityStart, places.identityEnd);
    const rest = bytes.toString("utf8", places.propertiesStart, places.propertiesEnd);
    this.sent.push(`{"identity":${identity},${rest}}}`);
  }
}

/** Decodes and maps a whole document. */
export function eventsOf(document: string, mapper: (sink: EventSink) => ResultReader): EventSink {
  const sink = new EventSink();
  const decoder = new DocumentDecoder(mapper(sink));
  decoder.write(Buffer.from(document));
  decoder.end();
  return sink;
}
