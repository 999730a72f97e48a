/** Waits for a condition without sleeping: between two looks everything else gets its turn. */

import { setImmediate as nextTurn } from "node:timers/promises";

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await nextTurn();
}

/** Lets everything run that waits for nothing but its turn of the event loop. */
export async function turns(count = 4): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn();
}
