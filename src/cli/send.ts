/** `send FILE`: takes a saved result of Looker's through the same way as an execute. */

import { createReadStream, statSync } from "node:fs";
import type { Command } from "commander";
import { QUERY_ACTIONS } from "../actions";
import { createHub } from "../app";
import { type Config, nameOf, readConfig } from "../config";
import { FormError, SetupError, UserError } from "../errors";
import { createLog } from "../log";
import { type DeliveryRequest, type ExecuteReply, readManifest } from "../looker";
import { NO_VISUALIZATION } from "../mapping";
import { actionOption, chosenAction } from "./action-option";
import { examples } from "./examples";
import { addFormOptions, formParams, readForm } from "./form-options";
import { MANIFEST_FILE } from "./manifest-file";
import { offeredAction } from "./offered-action";
import { printJson } from "./print-json";
import { SendProgress } from "./send-progress";

const A_WEEK_MS = 7 * 24 * 3_600_000;

/** The form's fields are there too. */
interface SendOptions extends Readonly<Record<string, unknown>> {
  action: string;
  json: boolean;
}

export function addSend(command: Command): void {
  addFormOptions(command.addOption(actionOption("what the rows become")), QUERY_ACTIONS)
    .option("--json", "print the reply and the counts as JSON", false)
    .addHelpText(
      "after",
      examples(
        'send result.json --env-id 1234567890 --heap-field "Users Email" --dry-run',
        "send result.json --env-id 1234567890 --sync changed --json",
        'send orders.json --action heap_events --env-id 1234567890 --event "Order Paid" --dry-run',
      ),
    )
    .action(async (file: string, options: SendOptions) => {
      if (!(await send(file, options, readConfig()))) process.exitCode = 1;
    });
}

/**
 * @returns whether the delivery succeeded
 * @throws SetupError when the file can't be read, or an option is wrong
 */
async function send(file: string, options: SendOptions, config: Config): Promise<boolean> {
  const action = chosenAction(options.action);
  const form = readForm(offeredAction(action.name, config), formParams(action, options), config.environments);
  const progress = new SendProgress(sizeOf(file), (id) => nameOf(config, id));
  const log = createLog(config.logLevel === "info" ? "warn" : config.logLevel, 2);
  // Nobody goes on sending when this command has ended: its reply waits for everything.
  const hub = await createHub({ ...config, replyWithinMs: A_WEEK_MS }, log, readManifest(MANIFEST_FILE), {
    observe: progress.observe,
  });
  await hub.resume();
  try {
    const reply = await deliver(hub.deliver, {
      action: action.name,
      form,
      visualization: NO_VISUALIZATION,
      result: { pieces: counted(file, progress) },
      origin: {},
    });
    progress.stop();
    const { success, message } = reply;
    if (options.json) printJson({ success, message, ...progress.outcome });
    else process.stdout.write(`${message}\n`);
    return success;
  } finally {
    progress.stop();
    await hub.drain();
    await hub.close();
  }
}

/** @throws SetupError when an option does not fit the result */
async function deliver(
  start: (request: DeliveryRequest) => Promise<ExecuteReply>,
  request: DeliveryRequest,
): Promise<ExecuteReply> {
  try {
    return await start(request);
  } catch (error) {
    if (error instanceof FormError) throw new SetupError(error.message);
    if (error instanceof UserError) return { success: false, message: error.message };
    throw error;
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    throw new SetupError(`There is no file ${file}, or it can't be read.`);
  }
}

async function* counted(file: string, progress: SendProgress): AsyncGenerator<Buffer> {
  for await (const piece of createReadStream(file)) {
    if (!Buffer.isBuffer(piece)) continue;
    progress.read(piece.length);
    yield piece;
  }
}
