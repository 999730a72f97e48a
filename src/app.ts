/** Puts the rooms together into one Express app. It does not listen: the server does, and tests. */

import path from "node:path";
import express, { type ErrorRequestHandler, type Express, Router } from "express";
import type { Logger } from "pino";
import { type Clock, systemClock } from "./clock";
import { type Config, environmentOf, nameOf } from "./config";
import {
  attemptInterrupted,
  Deliveries,
  type DeliverOptions,
  deliver,
  deliveryLink,
  type Observer,
  ReadingPlaces,
  tellAll,
} from "./delivery";
import { errorCode } from "./error-code";
import { HeapClient } from "./heap";
import {
  type DeliveryRequest,
  Downloader,
  type ExecuteReply,
  LookerApi,
  lookerRoutes,
  type Manifest,
  RequestMemory,
  runAgain,
} from "./looker";
import { offeredActions } from "./offered-actions";
import { type Outbox, openPostgresOutbox, openSqliteOutbox } from "./outbox";
import { refusalBody } from "./refusal-text";
import { safeHeaders } from "./safe-headers";
import type { ServerOptions } from "./server";
import { onlyShortAddresses } from "./short-addresses";
import { Shutdown } from "./shutdown";
import {
  deliveryPages,
  diskUse,
  healthRoutes,
  leftNotices,
  logDeliveries,
  Metrics,
  type NoticeStore,
  Notifier,
  noticeFile,
} from "./status";
import { knownToken } from "./token-check";
import { TokenStore } from "./token-store";
import { WrongTokens } from "./wrong-tokens";

export interface Hub {
  app: Express;
  /** For the server that listens with the app. */
  serving: ServerOptions;
  /** Takes up what the hub before this one left. */
  resume(): Promise<void>;
  /**
   * Delivers a result as an execute does.
   * @throws FormError when the form does not fit the result
   */
  deliver(request: DeliveryRequest): Promise<ExecuteReply>;
  /** Begins to stop: nothing new is taken, what has been read is answered at once. Resolves when all is answered. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

export interface HubOptions {
  clock?: Clock;
  observe?: Observer;
}

/** How long Looker may take to answer a request of its API, in milliseconds; a query has none. */
const API_TIMEOUT_MS = 120_000;

const STOPPING = "The action hub is being restarted. Send it again in a few minutes.";

/** @throws SetupError when the manifest is at odds with what is declared, or the data folder or the database can't be used */
export async function createHub(
  config: Config,
  log: Logger,
  manifest: Manifest,
  { clock = systemClock, observe: observer = () => undefined }: HubOptions = {},
): Promise<Hub> {
  const actions = offeredActions(manifest, { match_by: config.heapMatchBy });
  const shutdown = new Shutdown(clock, config.shutdownGraceMs);
  const { rejectsTolerated, limits } = config;
  const outbox = await openOutbox(config, clock, log);
  const problem = async () => (shutdown.isStopping ? STOPPING : outbox.intake.problem());
  const memory = new RequestMemory(limits.requestMemoryBytes, clock);
  const places = new ReadingPlaces(limits.readings, clock);
  const metrics = new Metrics({
    waiting: async () => (await outbox.upkeep.figures()).waiting,
    outboxMaxBytes: config.outboxMaxBytes,
    disk: async () => (config.databaseUrl === undefined ? diskUse(config.dataDir) : undefined),
    isReady: async () => (await problem()) === undefined,
    readings: () => ({ reading: places.reading, queued: places.queued }),
    requestMemory: () => ({ usedBytes: memory.used, maxBytes: limits.requestMemoryBytes }),
  });
  const notices = outbox.bequest
    ? leftNotices(outbox.bequest)
    : noticeFile(path.join(config.dataDir, "notices.json"));
  const notifier = createNotifier(config, notices, clock, log, metrics);
  const logged = logDeliveries(log, (id) => nameOf(config, id));
  const observers = [logged, metrics.observe, ...(notifier ? [notifier.observe] : []), observer];
  const observe = tellAll(observers, (error) => log.error({ error }, "an observer failed"));
  const client = new HeapClient({
    timeoutMs: config.heapTimeoutMs,
    now: clock.now,
  });
  const downloader = new Downloader({
    allowedOrigins: config.allowedOrigins,
    connectTimeoutMs: config.lookerConnectTimeoutMs,
    silenceTimeoutMs: config.lookerSilenceTimeoutMs,
    maxBytes: limits.resultBytes,
    maxCompression: limits.resultCompression,
  });
  const deliveries = new Deliveries({
    outbox,
    client,
    maxConcurrent: config.heapMaxConcurrent,
    settleMs: config.heapSettleMs,
    timeoutMs: config.heapTimeoutMs,
    retentionMs: config.retentionMs,
    clock,
    log,
    observe,
  });
  const api = config.lookerRerun ? lookerApi(config) : undefined;
  const reading: DeliverOptions = {
    deliveries,
    outbox,
    intake: outbox.intake,
    downloader,
    environmentOf: (id) => environmentOf(config, id),
    maxValueLength: config.heapMaxValueLength,
    documentLimits: { columns: limits.columns, rowBytes: limits.rowBytes },
    runAgain: api && ((source, signal) => runAgain(api, source, config.lookerSilenceTimeoutMs, signal)),
    replyWithinMs: config.replyWithinMs,
    rejectsTolerated,
    nameOf: (id) => nameOf(config, id),
    shutdown,
    clock,
    places,
    log,
    observe,
  };
  const deliverWith = (request: DeliveryRequest) => shutdown.track(deliver(request, reading));

  const configured = config.hubTokens.map((token) => knownToken(token, config.tokenEnvironments.get(token)));
  const kept = new TokenStore(config.dataDir, clock.monotonic);

  /** What another hub was reading is read again where that is wanted. */
  const takeUp = async () => {
    const interrupted = await deliveries.resume();
    void shutdown.track(attemptInterrupted(interrupted, reading));
  };

  const routes = lookerRoutes({
    label: config.label ?? manifest.label,
    actions,
    tokens: () => [...configured, ...kept.read()],
    wrongTokens: new WrongTokens(clock.monotonic, limits.wrongTokens),
    environments: config.environments,
    userAttribute: config.lookerUserAttribute,
    baseUrl: config.baseUrl,
    clock,
    memory,
    maxRequestBytes: limits.requestBytes,
    requestWaitMs: limits.requestWaitMs,
    deliver: deliverWith,
    refusal: () => (shutdown.isStopping ? STOPPING : undefined),
    onRefused: (reason, origin, fields) =>
      observe({ is: "refused", reason, ...(origin && { origin }), ...(fields && { fields }) }),
    onError: (error) => log.error({ error }, "an execute failed"),
  });
  const site = Router();
  site.use(
    healthRoutes({
      problem,
      troubles: () => deliveries.troubles(),
    }),
    metrics.routes(),
  );
  site.use(
    "/deliveries",
    deliveryPages({
      deliveries,
      adminTokens: config.adminTokens,
      baseUrl: config.baseUrl,
      environmentName: (id) => nameOf(config, id),
      clock,
      stopping: shutdown.stopping,
    }),
  );
  site.use(routes);
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", config.trustProxy);
  app.use(safeHeaders());
  app.use(onlyShortAddresses(limits.urlLength, () => metrics.ended("url size")));
  // A proxy may pass the base URL's path on, or take it off.
  for (const mount of new Set([basePath(config.baseUrl), "/"])) app.use(mount, site);
  app.use((_request, response) => {
    response.status(404).json({ error: "There is nothing here. Looker posts to / and below /actions/." });
  });
  app.use(onUnexpectedError(log));
  return {
    app,
    serving: { limits, onEnded: (reason) => metrics.ended(reason) },
    async resume() {
      notifier?.start();
      await takeUp();
      // What can't be taken up now is told of again.
      const tryToTakeUp = () =>
        void takeUp().catch((error: unknown) =>
          log.error({ code: errorCode(error) }, "the outbox can't be read"),
        );
      outbox.changes.listen("abandoned", tryToTakeUp, shutdown.stopping);
      void deliveries.forgetFinished();
    },
    deliver: deliverWith,
    drain: () => shutdown.start(),
    async close() {
      await deliveries.stop();
      notifier?.stop();
      client.close();
      downloader.close();
      api?.disconnect();
      await outbox.upkeep.close();
    },
  };
}

async function openOutbox(config: Config, clock: Clock, log: Logger): Promise<Outbox> {
  const { dataDir, databaseUrl: url, outboxMaxBytes: maxBytes, rejectsTolerated } = config;
  if (url === undefined) return openSqliteOutbox({ dataDir, maxBytes, rejectsTolerated, clock, log });
  return openPostgresOutbox({ url, maxBytes, rejectsTolerated, clock, log });
}

function createNotifier(
  { notifyWebhookUrl: url, baseUrl }: Config,
  store: NoticeStore,
  clock: Clock,
  log: Logger,
  metrics: Metrics,
): Notifier | undefined {
  if (url === undefined) return undefined;
  return new Notifier({
    url,
    store,
    linkTo: (delivery) => deliveryLink(baseUrl, delivery),
    clock,
    log,
    onResult: (result) => metrics.noticed(result),
  });
}

function lookerApi({ looker, lookerConnectTimeoutMs: connectTimeoutMs }: Config): LookerApi | undefined {
  return looker && new LookerApi(looker, { connectTimeoutMs, timeoutMs: API_TIMEOUT_MS });
}

function basePath(baseUrl: string | undefined): string {
  return baseUrl === undefined ? "/" : new URL(baseUrl).pathname;
}

function onUnexpectedError(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    // It was answered, or left, before its body was there: there is nothing left that could fail.
    if (request.destroyed && !request.complete) return;
    log.error({ error }, "a request failed");
    if (response.headersSent) response.end();
    else response.status(500).json(refusalBody("An error inside the action hub. Its log says more."));
  };
}
