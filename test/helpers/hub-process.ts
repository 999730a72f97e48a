/** The program as it is run in production, in a process of its own that can be killed. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { LogLine } from "./log-lines";
import { TOKEN } from "./running-hub";

const PROGRAM = path.join(__dirname, "..", "..", "dist", "main.js");

export interface Exit {
  /** `null` when a signal ended it. */
  code: number | null;
  /** What it wrote to standard error. */
  errors: string;
}

export class HubProcess {
  /** What it has logged. */
  readonly lines: LogLine[] = [];
  readonly exit: Promise<Exit>;
  /** `http://127.0.0.1:…`; empty until it is ready. */
  url = "";
  private readonly ready: Promise<void>;

  private constructor(private readonly child: ChildProcess) {
    const { stdout, stderr } = child;
    if (!stdout || !stderr) throw new Error("the program's output can't be read");
    const closed = once(child, "close");
    const errors = text(stderr);
    this.exit = Promise.all([closed, errors]).then(([[code], said]) => ({ code, errors: said }));
    this.ready = new Promise((resolve, reject) => {
      createInterface(stdout).on("line", (line) => {
        const [, port] = /^The action hub is ready at http:\/\/localhost:(\d+)$/.exec(line) ?? [];
        if (port !== undefined) {
          this.url = `http://127.0.0.1:${port}`;
          resolve();
        } else if (line.startsWith("{")) this.lines.push(JSON.parse(line));
      });
      void this.exit.then(({ errors }) => reject(new Error(`the hub ended before it was ready: ${errors}`)));
    });
    // A test that looks at the exit does not wait for it to be ready.
    this.ready.catch(() => undefined);
  }

  /**
   * @param variables beside the token; DATA_DIR among them
   * @param words what Node.js is started with
   */
  static start(
    variables: Readonly<Record<string, string>>,
    words: readonly string[] = [PROGRAM, "serve"],
    cwd?: string,
  ): HubProcess {
    const env = { PATH: process.env["PATH"], PORT: "0", ACTION_HUB_TOKENS: TOKEN, ...variables };
    return new HubProcess(
      spawn(process.execPath, words, {
        env,
        stdio: ["ignore", "pipe", "pipe"],
        ...(cwd !== undefined && { cwd }),
      }),
    );
  }

  async whenReady(): Promise<this> {
    await this.ready;
    return this;
  }

  signal(signal: "SIGTERM" | "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
    this.child.kill(signal);
  }

  /** As a power cut would, as far as a process can tell. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.exit;
  }

  logged(message: string): LogLine[] {
    return this.lines.filter(({ msg }) => msg.includes(message));
  }
}
