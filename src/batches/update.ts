/** What delivery takes from mapping: updates, and word of the rows and values that do not become one. */

/** One user (or account) and its properties, or an event. Reused from row to row: whoever keeps it copies it. */
export interface Update {
  /** The row it comes from; 1 is the first. */
  row: number;
  bytes: Buffer;
  /** The same bytes, for copying four at a time. */
  view: DataView;
  /**
   * The identity's or account id's JSON text, quotes included, stands in `bytes` from here to `identityEnd`. One
   * identity is always written the same way.
   */
  identityStart: number;
  identityEnd: number;
  /**
   * `"Key":value,"Key":value` stands in `bytes` from here to `propertiesEnd`. Never empty; no key comes twice. Of an event it is all
   * that its record has behind the identity, up to its last property: `"event":"…",…,"properties":{"Key":value`.
   */
  propertiesStart: number;
  propertiesEnd: number;
}

/** A row that can't be delivered. */
export interface Reject {
  row: number;
  /** The identity, where the row has one that can be used. */
  identity?: string;
  /** Why, as part of a sentence: "the identity is longer than 255 characters". */
  reason: string;
  /** Label of the column that is at fault, where it is one. */
  column?: string;
  /** The record as it was sent to Heap, where Heap refused it. */
  record?: string;
}

/** Why a row was passed over by rule. */
export type SkipReason = "no identity" | "no name" | "no properties";

/** What became of a column of the result. */
export interface MappedColumn {
  /** Its field name in Looker. */
  name: string;
  label: string;
  /** Whether it holds the identity or account id. */
  isIdentity: boolean;
  /** The property key in Heap; absent when the column is not sent. */
  key?: string;
  /** Why it is not sent, or is sent under another key than asked for: a whole sentence. */
  note?: string;
  /** Whether the note belongs into the reply: what the person chose to hide does not. */
  tell: boolean;
}

/** Takes what mapping makes of a result, in the order of its rows. */
export interface UpdateSink {
  update(update: Update): void;
  skip(reason: SkipReason): void;
  reject(reject: Reject): void;
  /** A value over Heap's limit was cut or left out. */
  longValue(column: string): void;
  column(column: MappedColumn): void;
}
