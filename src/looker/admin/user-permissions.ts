/** What the API user may do. */

import type { LookerApi } from "./looker-api";

/**
 * @returns names of Looker's permissions, of all the user's roles together
 * @throws LookerApiError, as for a user that may not see its own roles
 */
export async function userPermissions({ sdk }: LookerApi): Promise<Set<string>> {
  const { id = "" } = await sdk.ok(sdk.me("id"));
  const roles = await sdk.ok(sdk.user_roles({ user_id: id }));
  return new Set(roles.flatMap((role) => role.permission_set?.permissions ?? []));
}
