/** The settings: environment variables turned into one checked object. Nothing else reads process.env. */

import { readFileSync } from "node:fs";
import { cleanEnv, str } from "envalid";
import { errorCode } from "./error-code";
import { SetupError } from "./errors";
import { type Environment, EU_HOST, MAX_VALUE_LENGTH } from "./heap";
import { LIMIT_SETTINGS, type Limits, limitsOf } from "./limit-settings";
import type { LookerCredentials } from "./looker";
import {
  address,
  attribute,
  bytes,
  count,
  DAY_MS,
  databaseAddress,
  days,
  environments,
  list,
  origins,
  percent,
  port,
  proxies,
  seconds,
  secretAddress,
  timeout,
  tokens,
  valueLength,
} from "./setting-kinds";
import { unknownSettings } from "./unknown-settings";

/** An environment that the form offers. */
interface NamedEnvironment extends Environment {
  name: string;
}

export interface Config {
  port: number;
  /** Address that Looker reaches the hub at; undefined: the one that Looker's request names. */
  baseUrl: string | undefined;
  label: string | undefined;
  /** Whose X-Forwarded-* headers count: how many proxies stand in front (0: nobody's do), or which, as Express takes it. */
  trustProxy: number | readonly string[];
  /** Empty: one is generated and kept in `dataDir`. */
  hubTokens: readonly string[];
  /** Of `hubTokens` → the Heap environments that it opens; a token that is not here opens all. */
  tokenEnvironments: ReadonlyMap<string, readonly string[]>;
  /** Empty: one is generated and kept in `dataDir`. */
  adminTokens: readonly string[];
  dataDir: string;
  /** The PostgreSQL that several hubs share; undefined: what waits is kept in `dataDir`, for one. A secret. */
  databaseUrl: string | undefined;
  heapUrl: string;
  /** Empty: any environment may be sent to. */
  environments: readonly NamedEnvironment[];
  /** The user attribute in Looker that says which environments a user may send to; undefined: any. */
  lookerUserAttribute: string | undefined;
  /** Origins that results may be downloaded from; empty: any https address of the public internet. */
  allowedOrigins: readonly string[];
  replyWithinMs: number;
  heapMaxConcurrent: number;
  /** What an empty `match_by` in a form means. */
  heapMatchBy: "identity" | "email";
  /** Longest text that is sent, in UTF-16 code units. */
  heapMaxValueLength: number;
  heapTimeoutMs: number;
  heapSettleMs: number;
  /** For Looker's API; undefined: it is not called. */
  looker: LookerCredentials | undefined;
  /** Whether a query whose result is not whole is run again over Looker's API; `looker` is there then. */
  lookerRerun: boolean;
  lookerConnectTimeoutMs: number;
  lookerSilenceTimeoutMs: number;
  /** Percent of the rows. */
  rejectsTolerated: number;
  /** Most bytes that may wait for Heap. */
  outboxMaxBytes: number;
  /** How long finished deliveries and rejects are kept. */
  retentionMs: number;
  /** How long documents are read on after SIGTERM. */
  shutdownGraceMs: number;
  /** Where to tell of deliveries that went wrong; undefined: nowhere. A secret. */
  notifyWebhookUrl: string | undefined;
  logLevel: string;
  limits: Limits;
  /** Variables that are meant for the hub, by all appearances, and are none of its settings: a sentence each. */
  unknownSettings: readonly string[];
}

type Variables = Readonly<Record<string, string | undefined>>;

const SECRETS = [
  "ACTION_HUB_TOKENS",
  "ADMIN_TOKENS",
  "DATABASE_URL",
  "NOTIFY_WEBHOOK_URL",
  "LOOKERSDK_CLIENT_SECRET",
] as const;

/**
 * @param variables as a rule `process.env`
 * @throws SetupError that names every variable that is wrong, and how
 */
export function readConfig(variables: Variables = process.env): Config {
  const given = cleanEnv(
    withSecretFiles(variables),
    {
      PORT: port({ default: 8080 }),
      ACTION_HUB_BASE_URL: address({ default: undefined }),
      ACTION_HUB_LABEL: str({ default: undefined }),
      TRUST_PROXY: proxies({ default: 0 }),
      ACTION_HUB_TOKENS: tokens({ default: [] }),
      ADMIN_TOKENS: list({ default: [] }),
      DATA_DIR: str({ default: "./data" }),
      DATABASE_URL: databaseAddress({ default: undefined }),
      HEAP_API_URL: address({ default: "https://heapanalytics.com" }),
      HEAP_ENVIRONMENTS: environments({ default: [] }),
      LOOKER_ALLOWED_ORIGINS: origins({ default: [] }),
      LOOKER_USER_ATTRIBUTE: attribute({ default: undefined }),
      LOOKERSDK_BASE_URL: address({ default: undefined }),
      LOOKERSDK_CLIENT_ID: str({ default: undefined }),
      LOOKERSDK_CLIENT_SECRET: str({ default: undefined }),
      LOOKER_RERUN: str({ default: "no", choices: ["no", "yes"] }),
      REPLY_WITHIN_SECONDS: seconds({ default: 1_200_000 }),
      HEAP_MAX_CONCURRENT: count({ default: 16 }),
      HEAP_MATCH_BY: str({ default: "identity", choices: ["identity", "email"] }),
      HEAP_MAX_VALUE_LENGTH: valueLength({ default: MAX_VALUE_LENGTH }),
      HEAP_TIMEOUT_SECONDS: timeout({ default: 20_000 }),
      HEAP_SETTLE_SECONDS: seconds({ default: 5_000 }),
      LOOKER_CONNECT_TIMEOUT_SECONDS: timeout({ default: 30_000 }),
      LOOKER_SILENCE_TIMEOUT_SECONDS: timeout({ default: 3_600_000 }),
      REJECTS_TOLERATED_PERCENT: percent({ default: 0 }),
      OUTBOX_MAX_BYTES: bytes({ default: 10_000_000_000 }),
      RETENTION_DAYS: days({ default: 14 * DAY_MS }),
      SHUTDOWN_GRACE_SECONDS: seconds({ default: 300_000 }),
      NOTIFY_WEBHOOK_URL: secretAddress({ default: undefined }),
      ...LIMIT_SETTINGS,
      LOG_LEVEL: str({ default: "info", choices: ["silent", "error", "warn", "info", "debug"] }),
    },
    { reporter: throwAllErrors },
  );
  const hubTokens = given.ACTION_HUB_TOKENS.map(({ token }) => token);
  if (given.ADMIN_TOKENS.some((token) => hubTokens.includes(token))) {
    throw new SetupError("ADMIN_TOKENS: a token of ACTION_HUB_TOKENS is known to Looker. Choose another.");
  }
  const looker = credentialsOf(given);
  if (given.LOOKER_RERUN === "yes" && !looker) {
    throw new SetupError(
      "LOOKER_RERUN: it needs LOOKERSDK_BASE_URL, LOOKERSDK_CLIENT_ID and LOOKERSDK_CLIENT_SECRET, an API key.",
    );
  }
  return {
    port: given.PORT,
    baseUrl: given.ACTION_HUB_BASE_URL,
    label: given.ACTION_HUB_LABEL,
    trustProxy: given.TRUST_PROXY,
    hubTokens,
    tokenEnvironments: new Map(
      given.ACTION_HUB_TOKENS.flatMap(({ token, environments }) =>
        environments ? [[token, environments]] : [],
      ),
    ),
    adminTokens: given.ADMIN_TOKENS,
    dataDir: given.DATA_DIR,
    databaseUrl: given.DATABASE_URL,
    heapUrl: given.HEAP_API_URL,
    environments: given.HEAP_ENVIRONMENTS.map(({ name, id, isEu }) => ({
      name,
      id,
      host: isEu ? EU_HOST : given.HEAP_API_URL,
    })),
    lookerUserAttribute: given.LOOKER_USER_ATTRIBUTE,
    allowedOrigins: originsOf(given),
    replyWithinMs: given.REPLY_WITHIN_SECONDS,
    heapMaxConcurrent: given.HEAP_MAX_CONCURRENT,
    heapMatchBy: given.HEAP_MATCH_BY,
    heapMaxValueLength: given.HEAP_MAX_VALUE_LENGTH,
    heapTimeoutMs: given.HEAP_TIMEOUT_SECONDS,
    heapSettleMs: given.HEAP_SETTLE_SECONDS,
    looker,
    lookerRerun: given.LOOKER_RERUN === "yes",
    lookerConnectTimeoutMs: given.LOOKER_CONNECT_TIMEOUT_SECONDS,
    lookerSilenceTimeoutMs: given.LOOKER_SILENCE_TIMEOUT_SECONDS,
    rejectsTolerated: given.REJECTS_TOLERATED_PERCENT,
    outboxMaxBytes: given.OUTBOX_MAX_BYTES,
    retentionMs: given.RETENTION_DAYS,
    shutdownGraceMs: given.SHUTDOWN_GRACE_SECONDS,
    notifyWebhookUrl: given.NOTIFY_WEBHOOK_URL,
    logLevel: given.LOG_LEVEL,
    limits: limitsOf(given),
    unknownSettings: unknownSettings(variables, [
      ...Object.keys(given),
      ...SECRETS.map((name) => `${name}_FILE`),
    ]),
  };
}

/** Whoever names their Looker's API has named their Looker. */
function originsOf(given: {
  LOOKER_ALLOWED_ORIGINS: readonly string[];
  LOOKERSDK_BASE_URL: string | undefined;
}): readonly string[] {
  const { LOOKER_ALLOWED_ORIGINS: origins, LOOKERSDK_BASE_URL: baseUrl } = given;
  return origins.length === 0 && baseUrl !== undefined ? [new URL(baseUrl).origin] : origins;
}

/** All of them, or none: half of them is a slip. */
function credentialsOf(given: {
  LOOKERSDK_BASE_URL: string | undefined;
  LOOKERSDK_CLIENT_ID: string | undefined;
  LOOKERSDK_CLIENT_SECRET: string | undefined;
}): LookerCredentials | undefined {
  const { LOOKERSDK_BASE_URL: baseUrl, LOOKERSDK_CLIENT_ID: clientId } = given;
  const { LOOKERSDK_CLIENT_SECRET: clientSecret } = given;
  if (baseUrl !== undefined && clientId !== undefined && clientSecret !== undefined)
    return { baseUrl, clientId, clientSecret };
  const missing = Object.entries(given).flatMap(([name, value]) =>
    name.startsWith("LOOKERSDK_") && value === undefined ? [name] : [],
  );
  if (missing.length === 3) return undefined;
  throw new SetupError(
    `${missing.join(" and ")}: missing. Looker's API needs its address, an ID and a secret.`,
  );
}

/** Where an environment's API is. */
export function environmentOf(config: Pick<Config, "environments" | "heapUrl">, id: string): Environment {
  const known = config.environments.find((environment) => environment.id === id);
  return { id, host: known?.host ?? config.heapUrl };
}

/** What an environment is called; undefined where it has no name. */
export function nameOf({ environments }: Pick<Config, "environments">, id: string): string | undefined {
  return environments.find((environment) => environment.id === id)?.name;
}

/** `NAME_FILE` names a file that holds the value of a secret, as container platforms hand them over. */
function withSecretFiles(variables: Variables): Record<string, string | undefined> {
  const all = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim() !== ""));
  for (const name of SECRETS) {
    const file = all[`${name}_FILE`];
    if (file === undefined || all[name] !== undefined) continue;
    try {
      all[name] = readFileSync(file, "utf8").trim();
    } catch (error) {
      throw new SetupError(`${name}_FILE: ${file} can't be read (${errorCode(error)}).`);
    }
    if (all[name] === "") throw new SetupError(`${name}_FILE: ${file} is empty.`);
  }
  return all;
}

function throwAllErrors({ errors }: { errors: Readonly<Record<string, Error | undefined>> }): void {
  const problems = Object.entries(errors).map(
    ([name, error]) => `${name}: ${error?.message ?? "not valid"}.`,
  );
  if (problems.length > 0) throw new SetupError(`Wrong settings. ${problems.join(" ")}`);
}
