/** `token`: makes tokens for Looker, lists them, and revokes them, while the hub runs. */

import { type Command, InvalidArgumentError } from "commander";
import { type Config, readConfig } from "../config";
import { makeOnlyForOneself } from "../data-folder";
import { SetupError } from "../errors";
import { fingerprintOf, hashOf, makeToken, readKeptTokens, revokeToken } from "../token-store";
import { presentHubToken } from "../tokens";
import { examples } from "./examples";
import { printJson } from "./print-json";

const DEEDS = ["make", "list", "revoke"] as const;
type Deed = (typeof DEEDS)[number];

interface TokenOptions {
  environments?: readonly string[];
  json: boolean;
}

interface ListedToken {
  fingerprint: string;
  /** The setting, or the file in the data folder. */
  from: string;
  made?: string;
  environments?: readonly string[];
}

export function addToken(command: Command): void {
  command
    .option("--environments <ids>", "of the token that is made: the Heap environments that it opens", idsOf)
    .option("--json", "print it as JSON", false)
    .addHelpText(
      "after",
      examples("token make", "token make --environments 123,456", "token list", "token revoke 0a1b2c3d"),
    )
    .action(async (deed: string, fingerprint: string | undefined, options: TokenOptions) => {
      if (!isDeed(deed)) throw new SetupError(`There is no token ${deed}: it is one of ${DEEDS.join(", ")}.`);
      makeOnlyForOneself();
      if (!(await act(deed, fingerprint, options, readConfig()))) process.exitCode = 1;
    });
}

function isDeed(text: string): text is Deed {
  return DEEDS.some((deed) => deed === text);
}

function idsOf(text: string): string[] {
  const ids = text.split(",").map((id) => id.trim());
  if (ids.every((id) => /^\d+$/.test(id))) return ids;
  throw new InvalidArgumentError("They must be digits, separated by commas.");
}

/** @returns whether it was done */
async function act(
  deed: Deed,
  fingerprint: string | undefined,
  options: TokenOptions,
  config: Config,
): Promise<boolean> {
  if (deed !== "list" && config.databaseUrl !== undefined) {
    throw new SetupError(
      "With DATABASE_URL this command can't change tokens, as it keeps them in the data folder of one hub: set " +
        "ACTION_HUB_TOKENS for all hubs, the new token first.",
    );
  }
  if (deed === "make") make(options, config);
  else if (deed === "list") list(await listed(config), options.json);
  else if (fingerprint === undefined) throw new SetupError("Say which one: token list shows fingerprints.");
  else return revoke(fingerprint, options, config);
  return true;
}

function make({ environments, json }: TokenOptions, { dataDir }: Config): void {
  const token = makeToken(dataDir, Date.now(), environments);
  const fingerprint = fingerprintOf(hashOf(token));
  if (json) printJson({ token, fingerprint, ...(environments && { environments }) });
  else {
    process.stdout.write(
      `${token}\n\nIt is shown this once, and only its hash is kept. Its fingerprint is ${fingerprint}. A hub that runs takes it ` +
        "at once:\nenter it in Looker under Admin › Actions, then revoke the one before it.\n",
    );
  }
}

async function listed(config: Config): Promise<ListedToken[]> {
  const { hubTokens, tokenEnvironments, dataDir } = config;
  const shown = (token: string, from: string): ListedToken => {
    const environments = tokenEnvironments.get(token);
    return { fingerprint: fingerprintOf(hashOf(token)), from, ...(environments && { environments }) };
  };
  const generated = hubTokens.length === 0 ? await presentHubToken(config) : undefined;
  return [
    ...hubTokens.map((token) => shown(token, "ACTION_HUB_TOKENS")),
    ...(generated === undefined ? [] : [shown(generated, "action-hub-token")]),
    ...readKeptTokens(dataDir).map(({ hash, made, environments }) => ({
      fingerprint: fingerprintOf(hash),
      from: "tokens.json",
      made: new Date(made).toISOString(),
      ...(environments && { environments }),
    })),
  ];
}

function list(tokens: readonly ListedToken[], json: boolean): void {
  if (json) printJson(tokens);
  for (const { fingerprint, from, made, environments } of json ? [] : tokens) {
    const opens = environments ? `environments ${environments.join(", ")}` : "any environment";
    process.stdout.write(`${fingerprint}  ${from.padEnd(17)}  ${(made ?? "").padEnd(24)}  ${opens}\n`);
  }
}

async function revoke(fingerprint: string, { json }: TokenOptions, config: Config): Promise<boolean> {
  const revoked = revokeToken(config.dataDir, fingerprint);
  const elsewhere =
    revoked > 0 ? undefined : (await listed(config)).find((each) => each.fingerprint === fingerprint);
  if (json) printJson({ revoked });
  else if (revoked > 0) process.stdout.write(`${fingerprint} opens nothing any more.\n`);
  else if (elsewhere)
    process.stderr.write(`${fingerprint} is of ${elsewhere.from}: take it out there, and restart the hub.\n`);
  else process.stderr.write(`There is no token with the fingerprint ${fingerprint}.\n`);
  return revoked > 0;
}
