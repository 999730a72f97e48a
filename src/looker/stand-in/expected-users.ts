/** What Heap should hold once a generated result has been delivered, with labels for property names. */

import { COLUMNS, EMAIL, labelOf } from "./generated-columns";
import { type GeneratedRow, generatedRows, type ResultOptions } from "./generated-rows";

type Properties = Map<string, string | number>;

/**
 * The rules are those of design.md: nulls are not sent, later cells win, and the identity's column is not a
 * property.
 *
 * @returns identity → property key → value
 */
export function expectedUsers(options: ResultOptions): Map<string, Properties> {
  const users = new Map<string, Properties>();
  for (const row of generatedRows(options)) {
    const identity = identityOf(row);
    const properties = users.get(identity) ?? new Map();
    users.set(identity, properties);
    addCells(row, properties);
  }
  return users;
}

const LABELS = COLUMNS.map(labelOf);
const IDENTITY_INDEX = COLUMNS.indexOf(EMAIL);

function identityOf(row: GeneratedRow): string {
  return String(row[IDENTITY_INDEX]?.value);
}

function addCells(row: GeneratedRow, properties: Properties): void {
  for (const [index, label] of LABELS.entries()) {
    const value = row[index]?.value ?? null;
    if (index !== IDENTITY_INDEX && value !== null) properties.set(label, value);
  }
}
