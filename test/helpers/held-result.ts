/** A generated result that Looker gives out only in part, until a test lets the rest go. */

import { setImmediate as nextTurn } from "node:timers/promises";
import { generateResult } from "../../stand-ins/looker";

export interface HeldResult {
  document: AsyncIterable<string>;
  /** Lets the rest go. */
  release(): void;
}

/**
 * @param rows how many rows, of which the first pieces are given out: some 150 rows each
 * @param pieces so many; white space after them keeps the connection as busy as a slow query would
 */
export function heldResult(options: Parameters<typeof generateResult>[0], pieces: number): HeldResult {
  let isReleased = false;
  return {
    document: held(),
    release: () => {
      isReleased = true;
    },
  };

  async function* held(): AsyncGenerator<string> {
    let given = 0;
    for (const piece of generateResult(options)) {
      yield piece;
      given++;
      // A piece ends with a row, where JSON may have white space.
      while (given === pieces && !isReleased) {
        await nextTurn();
        yield "\n";
      }
    }
  }
}
