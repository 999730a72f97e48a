/**
 * A stand-in for Looker: an HTTP server on loopback that offers query results behind one-use download URLs, has
 * Looker's API, and runs schedules.
 */

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Express } from "express";
import { type Clock, systemClock } from "../../src/clock";
import { AccessTokens } from "./api/access-tokens";
import { API_PATH, lookerApi } from "./api/api";
import { executePlan } from "./api/execute-plan";
import { LookerInstance } from "./api/instance";
import { PlanScheduler } from "./api/plan-scheduler";
import { type HubAddress, HubClient } from "./hub-client";
import type { OfferOptions, ResultDocument, ResultOffer } from "./result-offer";
import { serveDownload, serveGone } from "./serve-download";

interface StandInLookerOptions {
  /** Port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
  /** By which download URLs and access tokens expire, and schedules run. Default: the system's. */
  readonly clock?: Clock;
}

/** Looker keeps a result for 3600 s. Source: looker-protocol, "Execute". */
const DOWNLOAD_URL_LIFE_MS = 3_600_000;

/** @throws the error of `listen`, when the port is taken */
export async function startStandInLooker(options: StandInLookerOptions = {}): Promise<StandInLooker> {
  const server = createServer();
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  return new StandInLooker(server, options.clock ?? systemClock);
}

export class StandInLooker {
  readonly url: string;
  /** What it holds, and what its schedules came to. */
  readonly instance = new LookerInstance();
  /** The access tokens of its API. */
  readonly tokens: AccessTokens;
  readonly scheduler: PlanScheduler;
  private readonly api: Express;

  /** Path of the download URL → what is behind it. */
  private readonly offers = new Map<string, ResultOffer>();

  /** @param server already listening; `startStandInLooker` makes one */
  constructor(
    private readonly server: Server,
    private readonly clock: Clock,
  ) {
    this.url = urlOf(server);
    const { instance } = this;
    this.tokens = new AccessTokens(clock.now);
    this.scheduler = new PlanScheduler(clock, (plan) =>
      executePlan(plan, { instance, now: clock.now, offer: (...result) => this.offer(...result) }),
    );
    this.api = lookerApi({ instance, tokens: this.tokens, scheduler: this.scheduler, url: this.url });
    // Not caught: what still throws is a fault of the stand-in or of the document, and has to be seen.
    server.on("request", (request, response) => void this.handle(request, response));
  }

  /** @returns a download URL that works once, and until it expires */
  offer(document: ResultDocument, options: OfferOptions = {}): string {
    const path = `/render/action_hub/${randomUUID()}`;
    const goneAtMs = this.clock.now() + (options.expiresAfterMs ?? DOWNLOAD_URL_LIFE_MS);
    this.offers.set(path, { document, goneAtMs, options });
    return `${this.url}${path}`;
  }

  /** A client that calls a hub as this Looker would. */
  hub(address: HubAddress): HubClient {
    return new HubClient(address);
  }

  /** Stops listening and breaks every open connection, downloads included. */
  async close(): Promise<void> {
    this.scheduler.stop();
    if (!this.server.listening) return;
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.startsWith(`${API_PATH}/`)) {
      this.api(request, response);
      return;
    }
    const offer = request.method === "GET" ? this.take(request.url ?? "") : undefined;
    if (offer === undefined) serveGone(response);
    else await serveDownload(response, offer);
  }

  private take(path: string): ResultOffer | undefined {
    const offer = this.offers.get(path);
    this.offers.delete(path);
    return offer !== undefined && this.clock.now() < offer.goneAtMs ? offer : undefined;
  }
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no TCP port");
  return `http://127.0.0.1:${address.port}`;
}
