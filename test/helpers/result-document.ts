/** Builds small query results as Looker writes them. */

interface DescribedField {
  name: string;
  label?: string;
  label_short?: string;
  [more: string]: unknown;
}

export interface ResultParts {
  dimensions?: readonly DescribedField[];
  measures?: readonly DescribedField[];
  table_calculations?: readonly DescribedField[];
  pivots?: readonly DescribedField[];
  /** Each row as an object, or as JSON text where JavaScript can't say it. */
  rows: readonly (string | object)[];
}

export function resultDocument({ rows, ...fields }: ResultParts): string {
  return JSON.stringify({ fields, data: "ROWS" }).replace('"ROWS"', () => listOf(rows));
}

function listOf(rows: ResultParts["rows"]): string {
  const texts = rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row)));
  return `[${texts.join(",")}]`;
}

/** A result with one column, `users.value`, and a row for each of the JSON texts. */
export function resultOfCells(...cells: readonly string[]): string {
  return resultDocument({
    dimensions: [{ name: "users.value" }],
    rows: cells.map((cell) => `{"users.value":${cell}}`),
  });
}
