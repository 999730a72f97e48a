/** The rows of a generated result: the same for the same options, whoever asks. */

import type { GeneratedCell } from "./generated-cell";
import { COLUMNS, type Draw, type GeneratedColumn } from "./generated-columns";
import { seededRandom } from "./seeded-random";

export interface ResultOptions {
  readonly rows: number;
  /** How many different identities the rows are for. Default: as many as there are rows. */
  readonly identities?: number;
  /** Any integer; another seed gives other values. Default 1. */
  readonly seed?: number;
  /** Default: `COLUMNS`. The one that holds the identity is `users.email`. */
  readonly columns?: readonly GeneratedColumn[];
}

/** One row: a cell for each column, in their order. */
export type GeneratedRow = readonly GeneratedCell[];

export function* generatedRows({
  rows,
  identities = rows,
  seed = 1,
  columns = COLUMNS,
}: ResultOptions): Generator<GeneratedRow> {
  const random = seededRandom(seed);
  for (let row = 0; row < rows; row++) {
    const draw: Draw = { identity: identityOf(row, identities, random), random };
    yield columns.map((column) => column.cell(draw));
  }
}

/** Every identity comes once; after that they repeat at random, so close together as well as far apart. */
function identityOf(row: number, identities: number, random: Draw["random"]): number {
  return row < identities ? row : Math.floor(random() * identities);
}
