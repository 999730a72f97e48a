/** `/metrics`, for Prometheus: what deliveries do, the state of the hub, and of its process. */

import { Router } from "express";
import { Counter, collectDefaultMetrics, Registry } from "prom-client";
import type { Observer } from "../delivery";
import { countDeliveries } from "./delivery-metrics";
import { EnvironmentLabels } from "./environment-labels";
import type { NoticeResult } from "./notifier";
import { onlyGet } from "./only-get";
import { type HubState, showState } from "./state-metrics";

/** Why a connection is ended before it comes to anything. */
const ENDED = ["slow", "header size", "url size", "malformed", "too many"] as const;

export class Metrics {
  readonly observe: Observer;
  private readonly registry = new Registry();
  private readonly notices = new Counter({
    name: "looker_heap_notices_total",
    help: "Notices to NOTIFY_WEBHOOK_URL, by what became of them; dropped: too many were waiting.",
    labelNames: ["result"],
    registers: [this.registry],
  });

  private readonly endedConnections = new Counter({
    name: "looker_heap_connections_ended_total",
    help: "Connections that were ended, or not taken, by why: what came over them was too slow, too large, or no request.",
    labelNames: ["reason"],
    registers: [this.registry],
  });

  constructor(state: HubState) {
    const labels = new EnvironmentLabels();
    this.observe = countDeliveries(this.registry, labels);
    showState(this.registry, labels, state);
    for (const result of ["sent", "failed", "dropped"] as const) this.notices.inc({ result }, 0);
    for (const reason of ENDED) this.ended(reason, 0);
    collectDefaultMetrics({ register: this.registry });
  }

  noticed(result: NoticeResult): void {
    this.notices.inc({ result });
  }

  ended(reason: (typeof ENDED)[number], times = 1): void {
    this.endedConnections.inc({ reason: reason.replaceAll(" ", "_") }, times);
  }

  routes(): Router {
    const router = Router();
    router.get("/metrics", async (_request, response) => {
      const text = await this.registry.metrics();
      response.type(this.registry.contentType).send(text);
    });
    router.all("/metrics", onlyGet);
    return router;
  }
}
