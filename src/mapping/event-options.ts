/** What steers the mapping of rows to events: an action takes it from its form. */

import type { MappingOptions } from "./options";

export interface EventOptions {
  /** Digits. */
  environmentId: string;
  /** The name of all events; empty: it is in a column. */
  event: string;
  /** Columns as the person wrote them; empty: found by their tags, or there is none. */
  eventField: string;
  timeField: string;
  keyField: string;
  /** In which times are read that do not say theirs: a name such as `Europe/Berlin`. */
  timeZone: string;
  /** When the delivery was begun, in milliseconds since 1970: of events without a time that is theirs. */
  startedAt: number;
  /** What becomes of the identity, and of every other column. */
  mapping: MappingOptions;
}
