/** All actions that there are. */

import { UserError } from "../errors";
import type { Action } from "./action";
import { heap } from "./heap";
import { heapEvents } from "./heap-events";

export const ACTIONS: readonly Action[] = [heap, heapEvents];

/** @throws UserError when there is none of this name: a delivery was begun by another version of the hub */
export function actionNamed(name: string): Action {
  const action = ACTIONS.find((each) => each.name === name);
  if (!action) throw new UserError(`This version of the action hub has no action called "${name}".`);
  return action;
}
