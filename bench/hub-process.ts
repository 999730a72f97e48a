/** The hub as it is run in production, in a process of its own. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

export const TOKEN = "bench-token";

const ROOT = path.join(__dirname, "..", "..");

export interface HubOptions {
  dataDir: string;
  heapUrl: string;
  lookerUrl: string;
  /** Options for Node itself, such as `--cpu-prof`. */
  nodeOptions?: readonly string[];
}

export class HubProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** @throws when it ends before it is ready */
  static async start({ dataDir, heapUrl, lookerUrl, nodeOptions = [] }: HubOptions): Promise<HubProcess> {
    const databaseUrl = process.env["BENCH_DATABASE_URL"];
    const child = spawn(process.execPath, [...nodeOptions, path.join(ROOT, "dist", "main.js"), "serve"], {
      cwd: ROOT,
      env: {
        PORT: "0",
        DATA_DIR: dataDir,
        HEAP_API_URL: heapUrl,
        LOOKER_ALLOWED_ORIGINS: lookerUrl,
        ACTION_HUB_TOKENS: TOKEN,
        ADMIN_TOKENS: "bench-admin-token",
        // To measure the outbox in PostgreSQL.
        ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const { stdout } = child;
    const ready = new Promise<string>((resolve, reject) => {
      createInterface(stdout).on("line", (line) => {
        const [, port] = /^The action hub is ready at http:\/\/localhost:(\d+)$/.exec(line) ?? [];
        if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
      });
      child.once("exit", (code) => reject(new Error(`the hub ended with ${code} before it was ready`)));
    });
    return new HubProcess(child, await ready);
  }

  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error("the hub has not started");
    return pid;
  }

  /** As an operator does, so that it writes its profile if it was told to take one. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGTERM");
    await once(this.child, "exit");
  }
}
