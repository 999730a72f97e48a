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
import { LookerApi, readManifest, register, schedule } from "../looker";
import { generateResult, type StandInLooker, startStandInLooker } from "../looker/stand-in";
import { listen } from "../server";
import { MANIFEST_FILE } from "./manifest-file";
import { StepPrinter } from "./print-steps";
import { startProgress } from "./progress";

const ENVIRONMENT = "1234567890";
const TOKEN = "demo-token";
const CRONTAB = "0 6 * * *";
const FORM = { env_id: ENVIRONMENT, property_type: "user", heap_field: "Users Email" };
const TIMEOUT_MS = 30_000;

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
  const { api, look } = administered(looker, rows);
  const steps = new StepPrinter(false);
  const registered = { hubUrl: server.url, token: TOKEN, action: "heap" };
  try {
    say(
      `A stand-in Heap listens at ${heap.url}, a stand-in Looker at ${looker.url}, the hub at ${server.url}.\n`,
    );
    say(pc.bold("\nregister --accept-legal\n"));
    await register(api, { ...registered, acceptLegal: true, rotateToken: false, dryRun: false }, steps.print);
    say(
      pc.bold(
        `\nschedule --look ${look} --cron "${CRONTAB}" --env-id ${ENVIRONMENT} --heap-field "Users Email" --run-now\n`,
      ),
    );
    const scheduled = { ...registered, content: { look }, title: undefined, timezone: undefined };
    await schedule(api, { ...scheduled, crontab: CRONTAB, form: FORM, runNow: true }, steps.print);
    say(`\nLooker runs the schedule: ${rows.toLocaleString("en-US")} rows behind a one-use URL.\n`);
    const progress = startProgress(rows, "users");
    const watch = setInterval(() => progress.update(deliveries[0]?.report.sent ?? 0), 100);
    const started = Date.now();
    await looker.scheduler.idle();
    clearInterval(watch);
    progress.update(deliveries[0]?.report.sent ?? 0);
    progress.stop();
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    const [job] = looker.instance.jobs;
    say(`The hub replies after ${seconds} s: ${pc.bold(job?.detail ?? "nothing")}\n`);
    showUsers(heap.users(ENVIRONMENT));
    if (heap.violations.length > 0)
      say(pc.red(`\nHeap's rules were broken: ${heap.violations.join("; ")}\n`));
  } finally {
    await api.close();
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

/** A Look in the stand-in Looker, and its API as an administrator uses it. */
function administered(looker: StandInLooker, rows: number): { api: LookerApi; look: string } {
  const { instance, url } = looker;
  const { clientId, clientSecret } = instance.addUser("Ada Admin");
  const query = instance.addQuery(() => generateResult({ rows }));
  const credentials = { baseUrl: url, clientId, clientSecret };
  return {
    api: new LookerApi(credentials, { connectTimeoutMs: TIMEOUT_MS, timeoutMs: TIMEOUT_MS }),
    look: instance.addLook("Shop users", query).id,
  };
}

function say(text: string): void {
  process.stdout.write(text);
}
