/** `send FILE`: takes a saved result of Looker's through the same way as an execute. */

import { createReadStream, statSync } from "node:fs";
import { createHub } from "../app";
import type { Config } from "../config";
import { FormError, SetupError } from "../errors";
import { createLog } from "../log";
import { readManifest } from "../looker";
import { type FormOptions, readFormOptions } from "./form-options";
import { MANIFEST_FILE } from "./manifest-file";
import { startProgress } from "./progress";

const A_WEEK_MS = 7 * 24 * 3_600_000;

/**
 * @returns whether the delivery succeeded
 * @throws SetupError when the file can't be read, or an option is wrong
 */
export async function send(file: string, options: FormOptions, config: Config): Promise<boolean> {
  const size = sizeOf(file);
  const manifest = readManifest(MANIFEST_FILE);
  const log = createLog(config.logLevel === "info" ? "warn" : config.logLevel, 2);
  // Nobody goes on sending when this command has ended: its reply waits for everything.
  const hub = createHub({ ...config, replyWithinMs: A_WEEK_MS }, log, manifest);
  await hub.resume();
  const progress = startProgress(size, "bytes");
  try {
    const reply = await hub.deliver({
      form: readFormOptions(manifest.actions[0], options, config),
      hiddenFields: [],
      result: { pieces: counted(file, (bytes) => progress.update(bytes)) },
      origin: {},
    });
    progress.stop();
    process.stdout.write(`${reply.message}\n`);
    return reply.success;
  } catch (error) {
    progress.stop();
    if (error instanceof FormError) throw new SetupError(error.message);
    throw error;
  } finally {
    await hub.drain();
    await hub.close();
  }
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    throw new SetupError(`There is no file ${file}, or it can't be read.`);
  }
}

async function* counted(file: string, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of createReadStream(file)) {
    if (!Buffer.isBuffer(piece)) continue;
    bytes += piece.length;
    onBytes(bytes);
    yield piece;
  }
}
