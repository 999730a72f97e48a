/** `doctor`: looks at everything that a delivery needs, one line a check, and says what to do. */

import type { Command } from "commander";
import pc from "picocolors";
import { heap } from "../../actions";
import { type Config, readConfig } from "../../config";
import { SetupError } from "../../errors";
import { LookerApi, type OfferedAction } from "../../looker";
import { examples } from "../examples";
import { offeredAction } from "../offered-action";
import { type Check, Checks } from "./check";
import { checkDatabase } from "./database-checks";
import { LookerChecks } from "./looker-checks";
import { checkBaseUrl, checkClock, checkHeap, checkTls } from "./network-checks";
import { checkEnvironments, checkFolder, checkMatchBy, checkToken } from "./own-checks";
import { probe } from "./probe";

const MARKS = { ok: pc.green("✓"), failed: pc.red("✗"), skipped: "–" } as const;

/** How long Looker may take to answer; it may call the hub itself meanwhile. */
const LOOKER_TIMEOUT_MS = 60_000;

export function addDoctor(command: Command): void {
  command
    .option("--json", "print the checks as JSON", false)
    .addHelpText("after", examples("doctor", "doctor --json"))
    .action(async (options: { json: boolean }) => {
      if (!(await doctor(options))) process.exitCode = 1;
    });
}

/** @returns whether nothing is wrong */
async function doctor({ json }: { json: boolean }): Promise<boolean> {
  const checks = new Checks(json ? () => undefined : print);
  await checkAll(checks);
  const { healthy, all } = checks;
  if (json) process.stdout.write(`${JSON.stringify({ healthy, checks: all }, null, 2)}\n`);
  return healthy;
}

function print({ name, result, detail }: Check): void {
  process.stdout.write(`${MARKS[result]} ${name.padEnd(16)} ${detail}\n`);
}

async function checkAll(checks: Checks): Promise<void> {
  const settings = readSettings(checks);
  if (!settings) return;
  const { config, action } = settings;
  const token = await checkToken(config, checks);
  checkFolder(config, checks);
  await checkDatabase(config, checks);
  checkEnvironments(config, checks);
  checkMatchBy(config, checks);
  const answers = await checkHeap(config, checks);
  await checkBaseUrl(config, token, action.name, checks);
  await checkTls(config, Date.now(), checks);
  const looker = config.looker && (await probe(`${config.looker.baseUrl}/`));
  if (config.looker && typeof looker === "object") answers.set(config.looker.baseUrl, looker);
  checkClock(answers, checks);
  if (!config.looker) {
    checks.skipped(
      "Looker",
      "not asked: LOOKERSDK_BASE_URL, LOOKERSDK_CLIENT_ID and LOOKERSDK_CLIENT_SECRET are not set",
    );
    return;
  }
  const api = new LookerApi(config.looker, {
    connectTimeoutMs: config.lookerConnectTimeoutMs,
    timeoutMs: LOOKER_TIMEOUT_MS,
  });
  try {
    await checkLooker(new LookerChecks(api, config, checks), action);
  } finally {
    await api.close();
  }
}

async function checkLooker(looker: LookerChecks, action: OfferedAction): Promise<void> {
  if (!(await looker.credentials())) return;
  await looker.permissions();
  await looker.downloads();
  await looker.userAttribute();
  const id = await looker.hub(action.name);
  if (id === undefined) return;
  await looker.form(
    id,
    action.form([]).map(({ name }) => name),
  );
  await looker.schedules(id);
}

/** Without them nothing else can be looked at. */
function readSettings(checks: Checks): { config: Config; action: OfferedAction } | undefined {
  try {
    const config = readConfig();
    const action = offeredAction(heap.name, config);
    if (config.unknownSettings.length === 0) checks.ok("Settings", "all are right");
    else checks.failed("Settings", config.unknownSettings.join("; "));
    return { config, action };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    checks.failed("Settings", error.message);
    return undefined;
  }
}
