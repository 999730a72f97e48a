/** The actions as this installation offers them. */

import type { Config } from "../config";
import { SetupError } from "../errors";
import { type OfferedAction, readManifest } from "../looker";
import { offeredActions } from "../offered-actions";
import { MANIFEST_FILE } from "./manifest-file";

/** @throws SetupError when `actions.json` is wrong, or does not offer it */
export function offeredAction(name: string, { heapMatchBy }: Pick<Config, "heapMatchBy">): OfferedAction {
  const actions = offeredActions(readManifest(MANIFEST_FILE), { match_by: heapMatchBy });
  const action = actions.find((each) => each.name === name);
  if (!action) throw new SetupError(`actions.json has no action ${name}.`);
  return action;
}
