/** The whole way in one test: a stand-in Looker, a real hub, a stand-in Heap. */

import type { Logger } from "pino";
import { type StandInHeap, startStandInHeap } from "../../stand-ins/heap";
import {
  type ExecuteReply,
  type HubClient,
  type StandInLooker,
  startStandInLooker,
} from "../../stand-ins/looker";
import { type RunningHub, startHub, TOKEN } from "./running-hub";

export const ENVIRONMENT = "123";

export interface MainJob {
  heap: StandInHeap;
  looker: StandInLooker;
  hub: RunningHub;
  client: HubClient;
  /** Executes the action; the form asks for users by `users.email` unless said otherwise. */
  execute(request: Partial<Parameters<HubClient["execute"]>[1]>): Promise<ExecuteReply>;
  close(): Promise<void>;
}

type Variables = Readonly<Record<string, string>>;

/** @param variables of the hub; they may depend on the Looker that is there then */
export async function startMainJob(
  variables: Variables | ((looker: StandInLooker) => Variables) = {},
  { log, ...heapOptions }: Parameters<typeof startStandInHeap>[0] & { log?: Logger } = {},
): Promise<MainJob> {
  const heap = await startStandInHeap(heapOptions);
  const looker = await startStandInLooker();
  const given = typeof variables === "function" ? variables(looker) : variables;
  const hub = await startHub({ HEAP_API_URL: heap.url, LOOKER_ALLOWED_ORIGINS: looker.url, ...given }, log);
  const client = looker.hub({ url: hub.url, token: TOKEN });
  return {
    heap,
    looker,
    hub,
    client,
    execute: ({ formParams, ...request }) =>
      client.execute(`${hub.url}/actions/heap/execute`, {
        ...request,
        formParams: { env_id: ENVIRONMENT, property_type: "user", heap_field: "users.email", ...formParams },
      }),
    async close() {
      await hub.close();
      await Promise.all([heap.close(), looker.close()]);
    },
  };
}
