/** A hub that listens on loopback, set up by environment variables as in production. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import { createHub } from "../../src/app";
import { readConfig } from "../../src/config";
import { createLog } from "../../src/log";
import { listen } from "../../src/server";
import { shippedManifest } from "./manifest";

export const TOKEN = "hub-token";

export interface RunningHub {
  /** `http://127.0.0.1:…`, whatever its base URL is said to be. */
  url: string;
  /** Ids of the deliveries that have begun. */
  deliveries: readonly string[];
  /** Begins to stop it, as SIGTERM does. */
  drain(): void;
  close(): Promise<void>;
}

/** Nobody's: a hub in a test never talks to the real Heap. */
const NO_HEAP = "http://127.0.0.1:9";

/** @param variables beside the token, the data folder and a log that is silent */
export async function startHub(
  variables: Readonly<Record<string, string>> = {},
  log: Logger = createLog("silent"),
): Promise<RunningHub> {
  const dataDir = mkdtempSync(join(tmpdir(), "hub-"));
  const config = readConfig({
    ACTION_HUB_TOKENS: TOKEN,
    DATA_DIR: dataDir,
    HEAP_API_URL: NO_HEAP,
    ...variables,
  });
  const deliveries: string[] = [];
  const hub = await createHub(config, log, shippedManifest(), {
    observe(event) {
      if (event.is === "started") deliveries.push(event.delivery.id);
    },
  });
  const server = await listen(hub.app, 0, "127.0.0.1", hub.serving);
  return {
    url: server.url,
    deliveries,
    drain: () => void hub.drain(),
    async close() {
      await server.close();
      await hub.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}
