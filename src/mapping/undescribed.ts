/** A name in the rows of a result that its field list does not have. */

import type { MappedColumn } from "../batches";

export function undescribedColumn(name: string): MappedColumn {
  const note = `"${name}" was left out: Looker's field list does not describe it.`;
  return { name, label: name, isIdentity: false, note, tell: true };
}
