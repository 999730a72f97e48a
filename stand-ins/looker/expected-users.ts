/** What Heap should hold once a generated result has been delivered, with labels for property names. */

import { COLUMNS, EMAIL, type GeneratedColumn, labelOf } from "./generated-columns";
import { type GeneratedRow, generatedRows, type ResultOptions } from "./generated-rows";

type Properties = Map<string, string | number>;

/**
 * The rules are those of design.md: nulls are not sent, later cells win, and the identity's column is not a
 * property.
 *
 * @returns identity → property key → value
 */
export function expectedUsers(options: ResultOptions): Map<string, Properties> {
  const { columns = COLUMNS } = options;
  const labels = columns.map((column) => (isIdentity(column) ? undefined : labelOf(column)));
  const identityIndex = columns.findIndex(isIdentity);
  const users = new Map<string, Properties>();
  for (const row of generatedRows(options)) {
    const identity = String(row[identityIndex]?.value);
    const properties = users.get(identity) ?? new Map();
    users.set(identity, properties);
    addCells(row, labels, properties);
  }
  return users;
}

function isIdentity({ view, name }: GeneratedColumn): boolean {
  return view === EMAIL.view && name === EMAIL.name;
}

function addCells(row: GeneratedRow, labels: readonly (string | undefined)[], properties: Properties): void {
  for (const [index, label] of labels.entries()) {
    const value = row[index]?.value ?? null;
    if (label !== undefined && value !== null) properties.set(label, value);
  }
}
