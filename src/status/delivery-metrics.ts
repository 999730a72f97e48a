/** What Prometheus is told of deliveries: counted as it happens. No label holds an identity, a title or a Looker. */

import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { ObservedEvent, Observer } from "../delivery";
import { OUTCOMES, type Outcome } from "../report";
import type { EnvironmentLabels } from "./environment-labels";

/** What can become of a delivery in the end. */
const ENDS = OUTCOMES.filter((outcome) => outcome !== "in progress" && outcome !== "parked").map(labelOf);

/** Around the time that Heap may take, in seconds: 20 by default. */
const REQUEST_SECONDS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60];

/** From a short query to one that runs for hours, in seconds. */
const DELIVERY_SECONDS = [1, 5, 15, 60, 300, 900, 1800, 3600, 10_800, 21_600];

export function countDeliveries(registry: Registry, labels: EnvironmentLabels): Observer {
  const metrics = register(registry);
  startAtZero(metrics);
  return (event) => {
    switch (event.is) {
      case "started":
        metrics.started.inc();
        metrics.running.inc();
        return;
      case "resumed":
        metrics.running.inc();
        return;
      case "refused":
        metrics.refusals.inc({ reason: event.reason });
        return;
      case "read":
        countRead(metrics, event);
        return;
      case "parked":
        if (event.isLate) metrics.lateFailures.inc();
        return;
      case "ended":
        countEnd(metrics, event);
        return;
      case "request":
        countRequest(metrics, event, labels.of(event.environment));
        return;
      case "done":
        metrics.batchesDone.inc();
        metrics.sent.inc(event.sent);
        metrics.rejected.inc({ by: "heap" }, event.refused);
        return;
      case "health": {
        const environment = labels.of(event.environment);
        metrics.down.set({ environment }, event.state.downSince === undefined ? 0 : 1);
        metrics.parked.set({ environment }, event.state.parked === undefined ? 0 : 1);
      }
    }
  };
}

/** Prometheus sees a rise only in a series that it has seen before. */
function startAtZero({ ended, refusals, rejected, skipped }: Metrics): void {
  for (const outcome of ENDS) ended.inc({ outcome }, 0);
  for (const reason of ["token", "guesses", "request", "size", "busy", "form", "stopping", "outbox"])
    refusals.inc({ reason }, 0);
  for (const by of ["hub", "heap"]) rejected.inc({ by }, 0);
  for (const reason of ["no_identity", "no_properties", "no_name"]) skipped.inc({ reason }, 0);
}

type Metrics = ReturnType<typeof register>;
type Event<Is extends ObservedEvent["is"]> = Extract<ObservedEvent, { is: Is }>;

function labelOf(outcome: Outcome): string {
  return outcome.replaceAll(" ", "_");
}

function countRead(metrics: Metrics, { counts, batches }: Event<"read">): void {
  metrics.rows.inc(counts.rows);
  metrics.unchanged.inc(counts.unchanged);
  metrics.skipped.inc({ reason: "no_identity" }, counts.skippedNoIdentity);
  metrics.skipped.inc({ reason: "no_properties" }, counts.skippedNoProperties);
  metrics.skipped.inc({ reason: "no_name" }, counts.skippedNoName ?? 0);
  metrics.rejected.inc({ by: "hub" }, counts.rejected);
  metrics.batches.inc(batches);
}

function countEnd(metrics: Metrics, { delivery: { outcome }, isLate, milliseconds }: Event<"ended">): void {
  metrics.running.dec();
  metrics.ended.inc({ outcome: labelOf(outcome) });
  metrics.deliverySeconds.observe(milliseconds / 1000);
  if (isLate && outcome === "failed") metrics.lateFailures.inc();
}

function countRequest(
  metrics: Metrics,
  { answer, milliseconds, next }: Event<"request">,
  environment: string,
): void {
  if (answer.kind === "withheld") return;
  const status = "status" in answer && answer.status !== undefined ? String(answer.status) : "none";
  metrics.requests.inc({ environment, status });
  metrics.requestSeconds.observe(milliseconds / 1000);
  if (next === "retry" || next === "pause") metrics.retries.inc();
  if (next === "split") metrics.splits.inc();
}

function register(registry: Registry) {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `looker_heap_${name}`, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `looker_heap_${name}`, help, labelNames, registers });
  return {
    started: counter("deliveries_started_total", "Deliveries that have begun.", []),
    ended: counter("deliveries_total", "Deliveries that are over, by what became of them.", ["outcome"]),
    running: gauge("deliveries_running", "Deliveries of which something is left to do.", []),
    refusals: counter("refusals_total", "Requests of which nothing was done, by why.", ["reason"]),
    lateFailures: counter(
      "late_failures_total",
      "Deliveries that failed or were parked after Looker had been told success.",
      [],
    ),
    deliverySeconds: new Histogram({
      name: "looker_heap_delivery_duration_seconds",
      help: "How long deliveries took, from the request to the last answer of Heap.",
      buckets: DELIVERY_SECONDS,
      registers,
    }),
    rows: counter("rows_read_total", "Rows read from Looker's results, and stored.", []),
    skipped: counter("rows_skipped_total", "Rows left out by rule, by why.", ["reason"]),
    rejected: counter("rows_rejected_total", "Rows that can't be sent, by who refused them.", ["by"]),
    unchanged: counter("users_unchanged_total", "Users not sent as Heap has just these properties.", []),
    sent: counter("users_sent_total", "Users that Heap has accepted.", []),
    batches: counter("batches_stored_total", "Batches put into the outbox.", []),
    batchesDone: counter("batches_finished_total", "Batches of which nothing is left to do.", []),
    requests: counter(
      "requests_total",
      "Requests to Heap that have ended, by status; none: there was no answer.",
      ["environment", "status"],
    ),
    requestSeconds: new Histogram({
      name: "looker_heap_request_duration_seconds",
      help: "How long requests to Heap took.",
      buckets: REQUEST_SECONDS,
      registers,
    }),
    retries: counter("retries_total", "Requests to Heap after which the same is sent again.", []),
    splits: counter("splits_total", "Batches, or parts of one, sent on in halves to find a bad record.", []),
    down: gauge("environment_down", "1 while Heap takes nothing for the environment.", ["environment"]),
    parked: gauge("environment_parked", "1 while Heap does not know the environment.", ["environment"]),
  };
}
