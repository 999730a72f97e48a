/** `demo`: the main job on this machine, with stand-ins for both ends. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import pc from "picocolors";
import { type StandInHeap, startStandInHeap } from "../../stand-ins/heap";
import { generateResult, type StandInLooker, startStandInLooker } from "../../stand-ins/looker";
import { count } from "../amounts";
import { createHub } from "../app";
import { readConfig } from "../config";
import { createLog } from "../log";
import { LookerApi, readManifest, register, schedule } from "../looker";
import { listen } from "../server";
import { examples } from "./examples";
import { MANIFEST_FILE } from "./manifest-file";
import { printJson } from "./print-json";
import { StepPrinter } from "./print-steps";
import { startProgress, USERS } from "./progress";

const ENVIRONMENT = "1234567890";
const TOKEN = "demo-token";
const CRONTAB = "0 6 * * *";
const FORM = { env_id: ENVIRONMENT, property_type: "user", heap_field: "Users Email" };
const EVENTS_FORM = {
  env_id: ENVIRONMENT,
  heap_field: "Users Email",
  event: "Signed Up",
  time_field: "Users Signup Date",
};
const EVENT_ROWS = 5;
const TIMEOUT_MS = 30_000;

/** How long the stand-in Heap takes to answer, in milliseconds: about what Heap itself does. */
const HEAP_LATENCY_MS = 80;

interface DemoOptions {
  /** Of the result that the stand-in Looker offers. */
  rows: number;
  json: boolean;
}

export function addDemo(command: Command): void {
  command
    .option("--rows <number>", "rows of the result", wholeNumber, 50_000)
    .option("--json", "print only what came of it, as JSON", false)
    .addHelpText("after", examples("demo", "demo --rows 5000", "demo --json"))
    .action(async (options: DemoOptions) => {
      if (!(await demo(options))) process.exitCode = 1;
    });
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1 on.");
}

/** @returns whether everything arrived, within Heap's rules */
async function demo({ rows, json }: DemoOptions): Promise<boolean> {
  const say = (text: string) => {
    if (!json) process.stdout.write(text);
  };
  const dataDir = mkdtempSync(path.join(tmpdir(), "heap-demo-"));
  const heap = await startStandInHeap({ latencyMs: HEAP_LATENCY_MS });
  const looker = await startStandInLooker();
  let sent = 0;
  const config = readConfig({
    DATA_DIR: dataDir,
    HEAP_API_URL: heap.url,
    LOOKER_ALLOWED_ORIGINS: looker.url,
    ACTION_HUB_TOKENS: TOKEN,
  });
  const hub = await createHub(config, createLog("silent"), readManifest(MANIFEST_FILE), {
    observe(event) {
      if (event.is === "done") sent += event.sent;
    },
  });
  const server = await listen(hub.app, 0, "127.0.0.1", hub.serving);
  const { api, look, lookOfEvents } = administered(looker, rows);
  // With --json it keeps them to itself.
  const steps = new StepPrinter(json);
  const registered = { hubUrl: server.url, token: TOKEN, actions: ["heap", "heap_events"] };
  try {
    say(
      `A stand-in Heap listens at ${heap.url}, a stand-in Looker at ${looker.url}, the hub at ${server.url}.\n`,
    );
    say(pc.bold("\nregister --actions heap,heap_events --accept-legal\n"));
    const how = { userAttribute: undefined, acceptLegal: true, rotateToken: false, dryRun: false };
    await register(api, { ...registered, ...how }, steps.print);
    say(
      pc.bold(
        `\nschedule --look ${look} --cron "${CRONTAB}" --env-id ${ENVIRONMENT} --heap-field "Users Email" --run-now\n`,
      ),
    );
    const scheduled = { hubUrl: server.url, title: undefined, timezone: undefined, runNow: true };
    const users = { action: "heap", content: { look }, crontab: CRONTAB, form: FORM };
    await schedule(api, { ...scheduled, ...users }, steps.print);
    say(`\nLooker runs the schedule: ${count(rows, "row")} behind a one-use URL.\n`);
    const progress = startProgress("Sending", rows, USERS);
    const watch = setInterval(() => progress.update(sent), 100);
    const started = Date.now();
    await looker.scheduler.idle();
    clearInterval(watch);
    progress.update(sent);
    progress.stop();
    const seconds = (Date.now() - started) / 1000;
    const [job] = looker.instance.jobs;
    const message = job?.detail ?? "nothing";
    say(`The hub replies after ${seconds.toFixed(1)} s: ${pc.bold(message)}\n`);
    const held = heap.users(ENVIRONMENT).size;
    const isWhole = sent === held;
    say(describeUsers(heap.users(ENVIRONMENT)));
    say(
      pc.bold(
        `\nschedule --action heap_events --look ${lookOfEvents} --env-id ${ENVIRONMENT} --heap-field "Users Email" ` +
          '--event "Signed Up" --time-field "Users Signup Date" --run-now\n',
      ),
    );
    const events = { action: "heap_events", content: { look: lookOfEvents }, form: EVENTS_FORM };
    await schedule(api, { ...scheduled, ...events, crontab: undefined }, steps.print);
    await looker.scheduler.idle();
    say(describeEvents(heap.events(ENVIRONMENT)));
    const { violations, requests } = heap;
    if (violations.length > 0) say(pc.red(`\nHeap's rules were broken: ${violations.join("; ")}\n`));
    const sentEvents = heap.events(ENVIRONMENT).length;
    const success = isWhole && sentEvents === EVENT_ROWS && violations.length === 0;
    if (json) {
      printJson({ success, message, seconds, rows, users: held, events: sentEvents, requests, violations });
    }
    return success;
  } finally {
    await api.close();
    await server.close();
    await hub.close();
    await Promise.all([heap.close(), looker.close()]);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function describeUsers(users: ReadonlyMap<string, ReadonlyMap<string, unknown>>): string {
  const three = [...users].slice(0, 3).map(([identity, properties]) => {
    const lines = [...properties].map(([key, value]) => `    ${key}: ${pc.green(JSON.stringify(value))}\n`);
    return `\n  ${pc.bold(identity)}\n${lines.join("")}`;
  });
  return `\nHeap now holds ${count(users.size, "user")}. Three of them:\n${three.join("")}`;
}

function describeEvents(events: ReturnType<StandInHeap["events"]>): string {
  const lines = events.map(
    ({ timestamp, event, identity }) => `  ${timestamp} ${pc.green(event)} ${identity}\n`,
  );
  return `\nAnd ${count(events.length, "event")}:\n${lines.join("")}`;
}

/** Two Looks in the stand-in Looker, and its API as an administrator uses it. */
function administered(
  looker: StandInLooker,
  rows: number,
): { api: LookerApi; look: string; lookOfEvents: string } {
  const { instance, url } = looker;
  const { clientId, clientSecret } = instance.addUser("Ada Admin");
  const query = instance.addQuery(() => generateResult({ rows }));
  const ofEvents = instance.addQuery(() => generateResult({ rows: EVENT_ROWS }));
  const credentials = { baseUrl: url, clientId, clientSecret };
  return {
    api: new LookerApi(credentials, { connectTimeoutMs: TIMEOUT_MS, timeoutMs: TIMEOUT_MS }),
    look: instance.addLook("Shop users", query).id,
    lookOfEvents: instance.addLook("Sign-ups", ofEvents).id,
  };
}
