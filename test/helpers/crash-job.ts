/** The main job with the hub in a process of its own, which may be killed and started again on the same folder. */

import path from "node:path";
import { openSqlite } from "../../src/outbox/sqlite/driver";
import { type StandInHeap, startStandInHeap } from "../../stand-ins/heap";
import { type ExecuteReply, type StandInLooker, startStandInLooker } from "../../stand-ins/looker";
import type { ResultDocument } from "../../stand-ins/looker/result-offer";
import { HubProcess } from "./hub-process";
import { TOKEN } from "./running-hub";
import { until } from "./until";

const ENVIRONMENT = "123";

/** Longer than the stand-in Heap ever takes here, as the real one's settle time is to be; in seconds. */
const SETTLE_SECONDS = "0.5";
export const MOST_LATENCY_MS = 300;

type Variables = Readonly<Record<string, string>>;

export class CrashJob {
  private hub: HubProcess | undefined;

  private constructor(
    readonly heap: StandInHeap,
    readonly looker: StandInLooker,
    private readonly dataDir: string,
    private readonly variables: Variables,
  ) {}

  /** @param latencyMs of Heap, under `MOST_LATENCY_MS` */
  static async start(
    dataDir: string,
    latencyMs: () => number,
    variables: Variables | ((looker: StandInLooker) => Variables) = {},
  ): Promise<CrashJob> {
    const [heap, looker] = await Promise.all([startStandInHeap({ latencyMs }), startStandInLooker()]);
    const given = typeof variables === "function" ? variables(looker) : variables;
    const job = new CrashJob(heap, looker, dataDir, given);
    await job.startHub();
    return job;
  }

  get running(): HubProcess {
    if (!this.hub) throw new Error("no hub is running");
    return this.hub;
  }

  async startHub(): Promise<HubProcess> {
    this.hub = HubProcess.start({
      DATA_DIR: this.dataDir,
      HEAP_API_URL: this.heap.url,
      LOOKER_ALLOWED_ORIGINS: this.looker.url,
      HEAP_SETTLE_SECONDS: SETTLE_SECONDS,
      ...this.variables,
    });
    return this.hub.whenReady();
  }

  /** `kill -9`, and started again on the same folder. */
  async crash(): Promise<HubProcess> {
    await this.running.kill();
    return this.startHub();
  }

  /** @returns undefined when the hub dies meanwhile */
  async execute(
    document: ResultDocument,
    query: Readonly<Record<string, unknown>> = {},
  ): Promise<ExecuteReply | undefined> {
    const { url } = this.running;
    try {
      return await this.looker.hub({ url, token: TOKEN }).execute(`${url}/actions/heap/execute`, {
        downloadUrl: this.looker.offer(document),
        query,
        formParams: { env_id: ENVIRONMENT, property_type: "user", heap_field: "users.email" },
      });
    } catch {
      // A hub that dies before it has answered is no failure of the test.
      return undefined;
    }
  }

  /** Whether nothing is left to do, as the hub itself says in its data folder. */
  isThrough(): boolean {
    return this.ask("SELECT id FROM deliveries WHERE finished_at IS NULL").length === 0;
  }

  /** All that the data folder keeps of deliveries, as one text. */
  stored(): string {
    return this.ask("SELECT * FROM deliveries").join("\n").replaceAll('\\"', '"');
  }

  /** @returns the rows, each as JSON */
  private ask(statement: string): string[] {
    const database = openSqlite(path.join(this.dataDir, "outbox.sqlite3"), { readonly: true });
    const rows = database.prepare(statement).all();
    database.close();
    return rows.map((row) => JSON.stringify(row));
  }

  untilThrough(): Promise<void> {
    return until(() => this.isThrough());
  }

  /** What Heap holds: identity → properties. */
  get users() {
    return this.heap.users(ENVIRONMENT);
  }

  async close(): Promise<void> {
    await this.hub?.kill();
    await Promise.all([this.heap.close(), this.looker.close()]);
  }
}
