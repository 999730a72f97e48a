/** Decodes and maps a whole document in a test. */

import { DocumentDecoder } from "../../src/looker/document";
import { Mapper, type MappingOptions } from "../../src/mapping";
import { CollectingSink } from "./collecting-sink";
import { OPTIONS } from "./map-rows";

export function mapDocument(
  document: string | Buffer,
  options: Partial<MappingOptions> = {},
): CollectingSink {
  const sink = new CollectingSink();
  const decoder = new DocumentDecoder(new Mapper({ ...OPTIONS, ...options }, sink));
  decoder.write(Buffer.from(document));
  decoder.end();
  return sink;
}
