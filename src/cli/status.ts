/** `status`: the deliveries of the running hub, as a table. */

import Table from "cli-table3";
import type { Command } from "commander";
import { number } from "../amounts";
import { type Config, readConfig } from "../config";
import { Connections } from "../connections";
import { errorCode } from "../error-code";
import { readText } from "../read-text";
import { presentAdminToken } from "../tokens";
import { examples } from "./examples";
import { printJson } from "./print-json";
import { readDeliveries, type StatusDelivery } from "./status-reply";

const TIMEOUT_MS = 10_000;

/** A hub's list is some ten kilobytes long. */
const MAX_LIST_BYTES = 4 * 1024 * 1024;

interface StatusOptions {
  url?: string;
  json: boolean;
}

export function addStatus(command: Command): void {
  command
    .option("--url <address>", "of the hub; left out: this machine, at PORT")
    .option("--json", "print them as JSON", false)
    .addHelpText("after", examples("status", "status --url https://heap-hub.example.com --json"))
    .action(async (options: StatusOptions) => {
      if (!(await status(options, readConfig()))) process.exitCode = 1;
    });
}

/** @returns whether the hub answered */
async function status({ url, json }: StatusOptions, config: Config): Promise<boolean> {
  const hub = (url ?? `http://localhost:${config.port}`).replace(/\/+$/, "");
  const connections = new Connections();
  try {
    const deliveries = await ask(connections, hub, await presentAdminToken(config));
    if (json) printJson({ deliveries });
    else process.stdout.write(`${tableOf(deliveries)}\n`);
    return true;
  } catch (error) {
    const problem =
      error instanceof StatusError
        ? error.message
        : `The hub can't be reached at ${hub} (${errorCode(error)}).`;
    process.stderr.write(`${problem}\n`);
    return false;
  } finally {
    connections.close();
  }
}

/** The hub's answer can't be used; says why, and what to do. */
class StatusError extends Error {
  override name = "StatusError";
}

async function ask(
  connections: Connections,
  hub: string,
  token: string | undefined,
): Promise<StatusDelivery[]> {
  if (token === undefined)
    throw new StatusError("There is no token in DATA_DIR: set ADMIN_TOKENS, or DATA_DIR to the hub's.");
  if (!URL.canParse(hub)) throw new StatusError(`${hub} is not an address.`);
  const response = await connections.request(new URL(`${hub}/deliveries`), {
    method: "GET",
    headers: { accept: "application/json", authorization: `Token token="${token}"` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const { text: body } = await readText(response, MAX_LIST_BYTES);
  if (response.statusCode === 401)
    throw new StatusError("The hub does not take this token: set ADMIN_TOKENS to one of the hub's.");
  const deliveries = response.statusCode === 200 ? readDeliveries(body) : undefined;
  if (!deliveries)
    throw new StatusError(`At ${hub} something answered ${response.statusCode} that is not this hub.`);
  return deliveries;
}

function tableOf(deliveries: readonly StatusDelivery[]): string {
  if (deliveries.length === 0) return "There are no deliveries yet.";
  const table = new Table({
    head: ["Started", "Title", "Environment", "Outcome", "Rows", "Sent", "Rejected", "Waiting"],
    colAligns: ["left", "left", "left", "left", "right", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const { startedAt, title, environment, outcome, rows, sent, rejected, waiting } of deliveries) {
    const numbers = [rows, sent, rejected, waiting].map(number);
    table.push([startedAt.slice(0, 16).replace("T", " "), title ?? "", environment, outcome, ...numbers]);
  }
  return table.toString();
}
