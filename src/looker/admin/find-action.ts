/** Finds this hub, and its action, in Looker. */

import type { IIntegration, IIntegrationHub } from "@looker/sdk";
import type { LookerApi } from "./looker-api";

/** The hub at an address. Looker may keep a slash at its end. */
export async function findHub({ sdk }: LookerApi, url: string): Promise<IIntegrationHub | undefined> {
  const hubs = await sdk.ok(sdk.all_integration_hubs());
  return hubs.find((hub) => withoutSlash(hub.url ?? "") === withoutSlash(url));
}

/** The action with a name that a hub offers: Looker's id for it is `<hub id>::<name>`. */
export async function findAction(
  { sdk }: LookerApi,
  hubId: string,
  name: string,
): Promise<IIntegration | undefined> {
  const integrations = await sdk.ok(sdk.all_integrations({ integration_hub_id: hubId }));
  return integrations.find(({ id }) => id === `${hubId}::${name}`);
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
