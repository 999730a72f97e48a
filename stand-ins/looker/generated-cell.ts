/** A cell of a generated result: how Looker writes it, beside what Heap should make of it. */

export interface GeneratedCell {
  /** The JSON text of the cell's value in Looker's document. */
  readonly json: string;
  /** The property value Heap should hold; `null`: nothing is sent. */
  readonly value: string | number | null;
  /** What else the cell carries beside its value, such as `,"rendered":"$5.00"`. */
  readonly rest?: string;
}

export const NULL_CELL: GeneratedCell = { json: "null", value: null };

/** Escapes the slash, as Looker does and `JSON.stringify` does not. */
export function textCell(value: string): GeneratedCell {
  return { json: JSON.stringify(value).replaceAll("/", "\\/"), value };
}

/** @param value one whose shortest text has no exponent */
export function numberCell(value: number): GeneratedCell {
  return { json: String(value), value };
}

/** An integer of any size, which Looker writes as a number; Heap gets one past 2^53 as text. */
export function bigIntegerCell(digits: string): GeneratedCell {
  return { json: digits, value: digits };
}
