/** The properties of a row, as JSON: `"Key":value,"Key":value`. */

import type { UpdateSink } from "../batches";
import type { ByteWriter } from "../byte-writer";
import type { MappingOptions } from "./options";
import type { Property } from "./plan";
import type { Row } from "./query-result";
import { Written, writeValue } from "./values";

/** The comma with which a property's key begins; the first has none before it. */
const COMMA_BYTES = 1;

/** @param properties by column; undefined where it is not sent */
export function writeProperties(
  row: Row,
  properties: readonly (Property | undefined)[],
  options: MappingOptions,
  sink: Pick<UpdateSink, "longValue">,
  out: ByteWriter,
): void {
  const start = out.length;
  for (let column = 0; column < properties.length; column++) {
    const property = properties[column];
    if (property === undefined) continue;
    const before = out.length;
    out.fixed(property.keyText, before > start ? 0 : COMMA_BYTES);
    const written = writeValue(row, column, options, out);
    if (written === Written.Nothing || written === Written.LeftOut) out.length = before;
    if (written >= Written.Cut) sink.longValue(property.column);
  }
}
