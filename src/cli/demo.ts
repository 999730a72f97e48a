/** `demo`: the main job on this machine, with stand-ins for both ends. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pc from "picocolors";
import { createHub } from "../app";
import { readConfig } from "../config";
import type { ObservedDelivery } from "../delivery";
import { startStandInHeap } from "../heap/stand-in";
import { createLog } from "../log";
import { readManifest } from "../looker";
import { generateResult, startStandInLooker } from "../looker/stand-in";
import { listen } from "../server";
import { MANIFEST_FILE } from "./manifest-file";
import { startProgress } from "./progress";

const ENVIRONMENT = "1234567890";
const TOKEN = "demo-token";

/** How long the stand-in Heap takes to answer, in milliseconds: about what Heap itself does. */
const HEAP_LATENCY_MS = 80;

/** @param rows of the result that the stand-in Looker offers */
export async function demo(rows: number): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "heap-demo-"));
  const heap = await startStandInHeap({ latencyMs: HEAP_LATENCY_MS });
  const looker = await startStandInLooker();
  const deliveries: ObservedDelivery[] = [];
  const config = readConfig({ DATA_DIR: dataDir, HEAP_API_URL: heap.url, ACTION_HUB_TOKENS: TOKEN });
  const hub = createHub(config, createLog("silent"), readManifest(MANIFEST_FILE), {
    observe(event) {
      if (event.is === "started") deliveries.push(event.delivery);
    },
  });
  const server = await listen(hub.app, 0, "127.0.0.1");
  try {
    say(
      `A stand-in Heap listens at ${heap.url}, a stand-in Looker at ${looker.url}, the hub at ${server.url}.\n`,
    );
    const client = looker.hub({ url: server.url, token: TOKEN });
    step("Looker lists the hub's actions", labelsOf((await client.list()).body));
    const formUrl = `${server.url}/actions/heap/form`;
    step("Looker fetches the form", namesOf((await client.form(formUrl)).body));
    step("Looker offers a result", `${rows.toLocaleString("en-US")} rows behind a one-use URL`);
    const downloadUrl = looker.offer(generateResult({ rows }));
    const progress = startProgress(rows, "users");
    const watch = setInterval(() => progress.update(deliveries[0]?.report.sent ?? 0), 100);
    const started = Date.now();
    const reply = await client.execute(`${server.url}/actions/heap/execute`, {
      downloadUrl,
      formParams: { env_id: ENVIRONMENT, property_type: "user", heap_field: "Users Email" },
    });
    clearInterval(watch);
    progress.update(deliveries[0]?.report.sent ?? 0);
    progress.stop();
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    step(`The hub replies after ${seconds} s`, reply.outcome?.message ?? reply.text);
    showUsers(heap.users(ENVIRONMENT));
    if (heap.violations.length > 0)
      say(pc.red(`\nHeap's rules were broken: ${heap.violations.join("; ")}\n`));
  } finally {
    await server.close();
    await hub.close();
    await Promise.all([heap.close(), looker.close()]);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function showUsers(users: ReadonlyMap<string, ReadonlyMap<string, unknown>>): void {
  say(`\nHeap now holds ${users.size.toLocaleString("en-US")} users. Three of them:\n`);
  for (const [identity, properties] of [...users].slice(0, 3)) {
    say(`\n  ${pc.bold(identity)}\n`);
    for (const [key, value] of properties) say(`    ${key}: ${pc.green(JSON.stringify(value))}\n`);
  }
}

function labelsOf(body: unknown): string {
  return listIn(body, "integrations", "label");
}

function namesOf(body: unknown): string {
  return listIn(body, "fields", "name");
}

/** One value of each entry of a list in a reply. */
function listIn(body: unknown, list: string, value: string): string {
  const entries: unknown = isRecord(body) ? body[list] : undefined;
  return Array.isArray(entries)
    ? entries.map((each) => (isRecord(each) ? String(each[value]) : "?")).join(", ")
    : "?";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function step(what: string, result: string): void {
  say(`${pc.cyan("›")} ${what}: ${pc.bold(result)}\n`);
}

function say(text: string): void {
  process.stdout.write(text);
}
