/** The schedules that deliver to this hub, and how they last went. */

import type { LookerApi } from "./looker-api";
import { destinationType } from "./plan-destination";

export interface PlanToHub {
  id: string;
  name: string;
  enabled: boolean;
  /** `undefined`: it has not run, or Looker does not tell this user. */
  lastRun: LastRun | undefined;
}

interface LastRun {
  /** As Looker writes it: `2026-01-31 06:00:00`. */
  at: string;
  /** Looker's word: `success`, `failure`, and others while it runs. */
  status: string;
  detail: string;
}

/**
 * @param actionId Looker's id of the action: `<hub id>::<name>`
 * @throws LookerApiError
 */
export async function plansToHub(api: LookerApi, actionId: string): Promise<PlanToHub[]> {
  const plans = await api.sdk.ok(api.sdk.all_scheduled_plans({ all_users: true }));
  const type = destinationType(actionId);
  const ours = plans.filter((plan) => plan.scheduled_plan_destination?.some((to) => to.type === type));
  if (ours.length === 0) return [];
  const runs = await lastRuns(
    api,
    ours.map(({ id }) => id ?? ""),
  );
  return ours.map(({ id = "", name, enabled }) => ({
    id,
    name: name ?? "",
    enabled: enabled === true,
    lastRun: runs.get(id),
  }));
}

const FIELDS = [
  "scheduled_plan.id",
  "scheduled_job.created_time",
  "scheduled_job.status",
  "scheduled_job.status_detail",
] as const;

/** Runs that are looked back at, for all schedules together. */
const LOOKED_AT = "1000";

/**
 * From Looker's own model of what it did. Whoever may not see that is told of no run.
 * Source: the explore scheduled_plan of the model system__activity, as the SDK's users query it.
 */
async function lastRuns({ sdk }: LookerApi, ids: readonly string[]): Promise<Map<string, LastRun>> {
  const query = {
    model: "system__activity",
    view: "scheduled_plan",
    fields: [...FIELDS],
    filters: { "scheduled_plan.id": ids.join(",") },
    sorts: ["scheduled_job.created_time desc"],
    limit: LOOKED_AT,
  };
  let rows: unknown;
  try {
    rows = await sdk.ok(sdk.run_inline_query({ result_format: "json", body: query }));
  } catch {
    return new Map();
  }
  const runs = new Map<string, LastRun>();
  for (const row of Array.isArray(rows) ? rows : []) {
    const [id, at, status, detail] = FIELDS.map((field) => textOf(Object(row)[field]));
    if (id !== undefined && !runs.has(id))
      runs.set(id, { at: at ?? "", status: status ?? "", detail: detail ?? "" });
  }
  return runs;
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}
