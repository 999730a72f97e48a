/** Hub, stand-in Looker and stand-in Heap as fresh processes on an empty data folder. */

import type { ChildProcess } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { HubClient } from "../stand-ins/looker";
import { end, message, start, urlOf } from "./child-process";
import { HubProcess, TOKEN } from "./hub-process";
import { type HeapFigures, isHeapFigures } from "./messages";

export interface StageOptions {
  /** Where the documents are; everything else that is written goes there too. */
  folder: string;
  /** How long Heap takes to answer. */
  heapMs: number;
  /** Options for Node itself, such as `--cpu-prof`. */
  nodeOptions?: readonly string[];
}

const ENVIRONMENT = "1234567890";

export class Stage {
  private constructor(
    private readonly looker: ChildProcess,
    private readonly heap: ChildProcess,
    private readonly lookerUrl: string,
    private readonly hub: HubProcess,
    /** What Heap got: every body after its length. */
    readonly record: string,
  ) {}

  /** @throws when one of the processes ends before it is ready */
  static async set({ folder, heapMs, nodeOptions = [] }: StageOptions): Promise<Stage> {
    const dataDir = path.join(folder, "data");
    const record = path.join(folder, "heap-record");
    for (const old of [dataDir, record]) rmSync(old, { recursive: true, force: true });
    mkdirSync(dataDir);
    const looker = start("stand-in-looker", [folder]);
    const heap = start("stand-in-heap", [record, String(heapMs)]);
    try {
      const [lookerUrl, heapUrl] = await Promise.all([urlOf(looker), urlOf(heap)]);
      const hub = await HubProcess.start({ dataDir, heapUrl, lookerUrl, nodeOptions });
      return new Stage(looker, heap, lookerUrl, hub, record);
    } catch (error) {
      await Promise.all([end(looker), end(heap)]);
      throw error;
    }
  }

  get hubPid(): number {
    return this.hub.pid;
  }

  /**
   * @param file of the folder
   * @param expected how the reply has to begin
   * @throws when it does not
   */
  async execute(file: string, expected: string, sync: "all" | "changed" = "all"): Promise<void> {
    const client = new HubClient({ url: this.hub.url, token: TOKEN });
    const { outcome, text } = await client.execute(`${this.hub.url}/actions/heap/execute`, {
      downloadUrl: `${this.lookerUrl}/${file}`,
      formParams: { env_id: ENVIRONMENT, property_type: "user", heap_field: "users.email", sync },
    });
    if (outcome?.success !== true || !outcome.message.startsWith(expected)) {
      throw new Error(`${expected}… expected, the hub replied ${outcome?.message ?? text}`);
    }
  }

  async heapFigures(): Promise<HeapFigures> {
    const answer = message(this.heap);
    this.heap.send("figures");
    const figures = await answer;
    if (!isHeapFigures(figures)) throw new Error("the stand-in Heap gave no figures");
    return figures;
  }

  /** Stops the hub as an operator does, so that it writes its profile if it was told to take one. */
  async clear(): Promise<void> {
    await this.hub.stop();
    await Promise.all([end(this.looker), end(this.heap)]);
  }
}
