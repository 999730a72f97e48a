/** The manifest that is shipped, for tests that need a real one or one that is almost right. */

import { MANIFEST_FILE } from "../../src/cli/manifest-file";
import { type Manifest, readManifest } from "../../src/looker";

export function shippedManifest(): Manifest {
  return readManifest(MANIFEST_FILE);
}

export function shippedAction(): Manifest["actions"][number] {
  const [action] = shippedManifest().actions;
  if (!action) throw new Error("actions.json has no action");
  return action;
}
