/** Waits for a condition without sleeping: between two looks everything else gets its turn. */

import { setImmediate as nextTurn } from "node:timers/promises";

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await nextTurn();
}
