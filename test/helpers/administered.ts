/** A stand-in Looker with an API user, and a hub that is to be administered over its API. */

import { LookerApi, register } from "../../src/looker";
import { type ApiUser, type StandInLooker, startStandInLooker } from "../../stand-ins/looker";
import { type RunningHub, startHub, TOKEN } from "./running-hub";

export interface Administered {
  looker: StandInLooker;
  hub: RunningHub;
  user: ApiUser;
  api: LookerApi;
  /** The settings of a command that runs beside the hub. */
  variables: Readonly<Record<string, string>>;
  /** Adds the hub to Looker, and enables actions of it: the first one, unless said otherwise. */
  register(actions?: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** @param options of the stand-in; `permissions`: the API user's, an admin's unless said otherwise */
export async function startAdministered({
  permissions,
  hubVariables,
  ...options
}: Parameters<typeof startStandInLooker>[0] & {
  permissions?: readonly string[];
  hubVariables?: Readonly<Record<string, string>>;
} = {}): Promise<Administered> {
  const looker = await startStandInLooker(options);
  const hub = await startHub({ LOOKER_ALLOWED_ORIGINS: looker.url, ...hubVariables });
  const user = looker.instance.addUser("Ada Admin", permissions);
  const api = connect(looker, user);
  return {
    looker,
    hub,
    user,
    api,
    variables: {
      ACTION_HUB_BASE_URL: hub.url,
      ACTION_HUB_TOKENS: TOKEN,
      LOOKERSDK_BASE_URL: looker.url,
      LOOKERSDK_CLIENT_ID: user.clientId,
      LOOKERSDK_CLIENT_SECRET: user.clientSecret,
    },
    async register(actions = ["heap"]) {
      const hubIs = { hubUrl: hub.url, token: TOKEN, actions, userAttribute: undefined };
      await register(
        api,
        { ...hubIs, acceptLegal: true, rotateToken: false, dryRun: false },
        () => undefined,
      );
    },
    async close() {
      await api.close();
      await hub.close();
      await looker.close();
    },
  };
}

export function connect(looker: StandInLooker, { clientId, clientSecret }: ApiUser): LookerApi {
  const credentials = { baseUrl: looker.url, clientId, clientSecret };
  return new LookerApi(credentials, { connectTimeoutMs: 10_000, timeoutMs: 10_000 });
}
