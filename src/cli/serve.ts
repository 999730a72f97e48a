/** `serve`: the server. */

import type { Command } from "commander";
import { createHub } from "../app";
import { type Config, readConfig } from "../config";
import { closeToOthers, makeOnlyForOneself } from "../data-folder";
import { createLog } from "../log";
import { readManifest } from "../looker";
import { listen } from "../server";
import { knownToken } from "../token-check";
import { tokensOf } from "../tokens";
import { examples } from "./examples";
import { MANIFEST_FILE } from "./manifest-file";

export function addServe(command: Command): void {
  command
    .addHelpText("after", examples("serve", "serve | tee hub.log    # the log as JSON, an event a line"))
    .action(() => serve(readConfig()));
}

/** @throws SetupError when the settings, actions.json or the port can't be used */
async function serve(config: Config): Promise<void> {
  makeOnlyForOneself();
  const log = createLog(config.logLevel);
  const { forLooker, forAdmins } = await tokensOf(config);
  const hub = await createHub(
    { ...config, hubTokens: forLooker.tokens, adminTokens: forAdmins.tokens },
    log,
    readManifest(MANIFEST_FILE),
  );
  closeToOthers(config.dataDir, log);
  await hub.resume();
  const server = await listen(hub.app, config.port, undefined, hub.serving);
  stopOnSignal(async () => {
    log.info("stopping: nothing new is taken, what is being read is read on");
    await hub.drain();
    await server.close();
    await hub.close();
  });
  const address = config.baseUrl ?? server.url;
  process.stdout.write(`The action hub is ready at ${address}\n`);
  const place = config.databaseUrl === undefined ? config.dataDir : "the database";
  if (forLooker.generated !== undefined) {
    process.stdout.write(
      `Its token, shown this once and kept in ${place}: ${forLooker.generated}\n` +
        "Enter both in Looker under Admin › Actions › Add Action Hub.\n",
    );
  }
  if (forAdmins.generated !== undefined) {
    process.stdout.write(`The token for whoever runs it, likewise: ${forAdmins.generated}\n`);
  }
  if (config.hubTokens.some((token) => !knownToken(token).isStrong)) {
    log.warn(
      "a token of ACTION_HUB_TOKENS is short enough to be guessed: make a longer one, as the command token does",
    );
  }
  for (const problem of config.unknownSettings) log.warn(problem);
  if (config.allowedOrigins.length === 0) {
    log.warn("LOOKER_ALLOWED_ORIGINS is not set: results may be downloaded from any public https address");
  }
}

/** The first signal lets what is under way end; the second does not wait. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) process.exit(1);
    stopping = true;
    void stop().then(() => process.exit(0));
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}
