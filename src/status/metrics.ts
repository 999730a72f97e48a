/** `/metrics`, for Prometheus: what deliveries do, the state of the hub, and of its process. */

import { Router } from "express";
import { collectDefaultMetrics, Registry } from "prom-client";
import type { Observer } from "../delivery";
import { countDeliveries } from "./delivery-metrics";
import { EnvironmentLabels } from "./environment-labels";
import { type HubState, showState } from "./state-metrics";

export class Metrics {
  readonly observe: Observer;
  private readonly registry = new Registry();

  constructor(state: HubState) {
    const labels = new EnvironmentLabels();
    this.observe = countDeliveries(this.registry, labels);
    showState(this.registry, labels, state);
    collectDefaultMetrics({ register: this.registry });
  }

  routes(): Router {
    const router = Router();
    router.get("/metrics", async (_request, response) => {
      const text = await this.registry.metrics();
      response.type(this.registry.contentType).send(text);
    });
    return router;
  }
}
