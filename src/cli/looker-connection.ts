/** What the commands that call Looker's API share: the connection, and how its errors are told. */

import type { Config } from "../config";
import { SetupError } from "../errors";
import { LookerApi, LookerApiError } from "../looker";

/** A command waits for Looker's own calls to a hub, among others. */
const TIMEOUT_MS = 120_000;

/**
 * Calls Looker's API, and ends the connection afterwards.
 * @throws SetupError when the settings for it are missing, or Looker refuses or can't be reached
 */
export async function withLooker<T>(config: Config, work: (api: LookerApi) => Promise<T>): Promise<T> {
  if (!config.looker) {
    throw new SetupError(
      "Set LOOKERSDK_BASE_URL, LOOKERSDK_CLIENT_ID and LOOKERSDK_CLIENT_SECRET: an API key of Looker's, made " +
        "under Admin › Users › Edit › API keys.",
    );
  }
  const { lookerConnectTimeoutMs: connectTimeoutMs } = config;
  const api = new LookerApi(config.looker, { connectTimeoutMs, timeoutMs: TIMEOUT_MS });
  try {
    return await work(api);
  } catch (error) {
    if (!(error instanceof LookerApiError)) throw error;
    throw new SetupError(`${error.message}. ${adviceFor(error)}`);
  } finally {
    await api.close();
  }
}

/** What to do about an error of Looker's API. */
export function adviceFor({ status }: LookerApiError): string {
  if (status === undefined) return "Check LOOKERSDK_BASE_URL, and that this machine reaches it.";
  if (status === 401 || status === 404)
    return "Check LOOKERSDK_CLIENT_ID and LOOKERSDK_CLIENT_SECRET, and that the API user may see what is asked for.";
  if (status === 403) return "The API user's role does not allow it: docs/looker.md lists what it needs.";
  return "Looker's sentence says what it does not like.";
}
