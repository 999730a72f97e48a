/** One run of a schedule: the result is offered for download, and the hub of its destination is called. */

import { HubClient } from "../hub-client";
import type { OfferOptions, ResultDocument } from "../result-offer";
import { shown } from "./content-routes";
import { byId, type Job, type LookerInstance, type StoredPlan, type StoredQuery } from "./instance";
import { paramsOfUser } from "./params-of-user";

export interface PlanRun {
  readonly instance: LookerInstance;
  readonly now: () => number;
  /** @returns a download URL */
  readonly offer: (document: ResultDocument, options?: OfferOptions) => string;
}

export async function executePlan(plan: StoredPlan, { instance, now, offer }: PlanRun): Promise<Job> {
  const job: Job = { plan: plan.id, startedAtMs: now(), status: "running", detail: "" };
  instance.jobs.push(job);
  const [destination] = plan.scheduled_plan_destination ?? [];
  const integration = byId(
    instance.integrations,
    /^looker-integration:\/\/(.+)$/.exec(destination?.type ?? "")?.[1],
  );
  const hub = byId(instance.hubs, integration?.integration_hub_id);
  const query = queryOf(plan, instance);
  if (!integration || !hub || !query) {
    return Object.assign(job, { status: "failure", detail: "The action or the query is gone." });
  }
  const data = paramsOfUser(integration, plan.user_id, instance);
  if (!data) {
    const detail =
      "The action is not offered to the schedule's owner, who has no value for a user attribute.";
    return Object.assign(job, { status: "failure", detail });
  }
  const client = new HubClient({ url: hub.url, token: hub.token, version: instance.version });
  try {
    const reply = await client.execute(integration.executeUrl, {
      formParams: JSON.parse(destination?.parameters ?? "{}"),
      downloadUrl: offer(query.result(), query.download),
      query: { ...shown(query) },
      data,
      plan: { scheduled_plan_id: plan.id, title: plan.name ?? null, type: plan.look_id ? "Look" : "Query" },
    });
    job.status = reply.outcome?.success ? "success" : "failure";
    job.detail = reply.outcome?.message ?? `The hub answered ${reply.status}.`;
  } catch {
    job.status = "failure";
    job.detail = "The connection to the hub was lost.";
  }
  return job;
}

function queryOf(plan: StoredPlan, instance: LookerInstance): StoredQuery | undefined {
  return byId(instance.queries, plan.query_id ?? byId(instance.looks, plan.look_id)?.queryId);
}
