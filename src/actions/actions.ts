/** All actions that there are. */

import { UserError } from "../errors";
import type { Action } from "./action";
import { heap } from "./heap";
import { heapCell } from "./heap-cell";
import { heapEvents } from "./heap-events";

export const ACTIONS: readonly Action[] = [heap, heapEvents, heapCell];

/** Those that take the result of a query. */
export const QUERY_ACTIONS = ACTIONS.filter(({ cell }) => cell === undefined);

/** @throws UserError when there is none of this name: a delivery was begun by another version of the hub */
export function actionNamed(name: string): Action {
  const action = ACTIONS.find((each) => each.name === name);
  if (!action) throw new UserError(`This version of the action hub has no action called "${name}".`);
  return action;
}
