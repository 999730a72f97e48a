/** Asks a hub for its label and actions, as Looker does when it is added, changed or looked after. */

import type { IIntegrationParam } from "@looker/sdk";
import { HubClient } from "../hub-client";
import { byId, type LookerInstance, type StoredHub, type StoredIntegration } from "./instance";

/** The hub's integrations are brought up to date; what was set for one stays. */
export async function fetchHub(hub: StoredHub, instance: LookerInstance): Promise<void> {
  const { error, listing } = await list(hub, instance.version);
  hub.fetch_error_message = error;
  if (listing === undefined) return;
  const { label, integrations } = Object(listing);
  hub.label = String(label);
  for (const each of Array.isArray(integrations) ? integrations : []) {
    const { name, url, form_url: formUrl, icon_data_uri: icon, form: _form, ...rest } = Object(each);
    const id = `${hub.id}::${String(name)}`;
    const known = byId(instance.integrations, id);
    const fetched: StoredIntegration = {
      enabled: false,
      installed_delegate_oauth_targets: [],
      ...known,
      ...rest,
      params: paramsOf(rest.params, known?.params ?? []),
      icon_url: String(icon),
      id,
      integration_hub_id: hub.id,
      executeUrl: String(url),
      formUrl: String(formUrl),
    };
    if (known) Object.assign(known, fetched);
    else instance.integrations.push(fetched);
  }
}

/** What an administrator has set for one stays. */
function paramsOf(listed: unknown, known: readonly IIntegrationParam[]): IIntegrationParam[] {
  return (Array.isArray(listed) ? listed : []).map((param) => ({
    ...Object(param),
    ...known.find(({ name }) => name === Object(param).name),
  }));
}

async function list(
  { url, token }: StoredHub,
  version: string,
): Promise<{ error: string | null; listing?: unknown }> {
  try {
    const { status, body } = await new HubClient({ url, token, version }).list();
    if (status === 200 && body !== undefined) return { error: null, listing: body };
    return { error: `Error loading from the integration hub: it answered ${status}` };
  } catch {
    return { error: "Error loading from the integration hub: it can't be reached" };
  }
}
