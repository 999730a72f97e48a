/** Several hubs on one database, each in a process of its own, with a stand-in Heap and a stand-in Looker. */

import { type StandInHeap, startStandInHeap } from "../../stand-ins/heap";
import { type ExecuteReply, type StandInLooker, startStandInLooker } from "../../stand-ins/looker";
import type { ResultDocument } from "../../stand-ins/looker/result-offer";
import { HubProcess } from "./hub-process";
import { ask } from "./postgres-server";
import { TOKEN } from "./running-hub";
import { until } from "./until";

const ENVIRONMENT = "123";

export class Fleet {
  readonly hubs: HubProcess[] = [];

  private constructor(
    readonly heap: StandInHeap,
    readonly looker: StandInLooker,
    private readonly url: string,
    private readonly newFolder: () => string,
  ) {}

  /** @param url of its database */
  static async start(url: string, newFolder: () => string, latencyMs: () => number): Promise<Fleet> {
    const [heap, looker] = await Promise.all([startStandInHeap({ latencyMs }), startStandInLooker()]);
    return new Fleet(heap, looker, url, newFolder);
  }

  /** @param variables beside those that every hub has */
  async add(variables: Readonly<Record<string, string>> = {}): Promise<HubProcess> {
    const hub = HubProcess.start({
      DATA_DIR: this.newFolder(),
      DATABASE_URL: this.url,
      ADMIN_TOKENS: "admin-token",
      HEAP_API_URL: this.heap.url,
      LOOKER_ALLOWED_ORIGINS: this.looker.url,
      HEAP_SETTLE_SECONDS: "1",
      ...variables,
    });
    this.hubs.push(hub);
    return hub.whenReady();
  }

  /** @returns undefined when the hub dies meanwhile */
  async execute({ url }: HubProcess, document: ResultDocument): Promise<ExecuteReply | undefined> {
    try {
      return await this.looker.hub({ url, token: TOKEN }).execute(`${url}/actions/heap/execute`, {
        downloadUrl: this.looker.offer(document),
        query: {},
        formParams: { env_id: ENVIRONMENT, property_type: "user", heap_field: "users.email" },
      });
    } catch {
      // A hub that dies before it has answered is no failure of the test.
      return undefined;
    }
  }

  /** Resolves when deliveries have begun, and nothing is left to do of any. */
  async untilThrough(): Promise<void> {
    await until(async () => {
      const [row] = await this.ask<{ is_through: boolean }>(
        "SELECT count(*) > 0 AND count(*) FILTER (WHERE finished_at IS NULL) = 0 AS is_through FROM deliveries",
      );
      return row?.is_through === true;
    });
  }

  ask<Row extends object>(statement: string): Promise<Row[]> {
    return ask<Row>(this.url, statement);
  }

  /** What Heap holds: identity → properties. */
  get users() {
    return this.heap.users(ENVIRONMENT);
  }

  async close(): Promise<void> {
    for (const hub of this.hubs) hub.signal("SIGCONT");
    await Promise.all(this.hubs.map((hub) => hub.kill()));
    await Promise.all([this.heap.close(), this.looker.close()]);
  }
}
