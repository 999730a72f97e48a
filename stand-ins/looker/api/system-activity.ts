/** Looker's own model system__activity, as far as it is asked here: the runs of schedules. */

import { invalid } from "./api-error";
import type { LookerInstance } from "./instance";

type Row = Record<string, string | null>;

/** @returns the rows, the last run first */
export function systemActivity(query: unknown, instance: LookerInstance): Row[] {
  const { model, view, fields, filters } = Object(query);
  if (model !== "system__activity" || view !== "scheduled_plan" || !Array.isArray(fields))
    throw invalid({ model: "is not known to the stand-in" });
  const ids = String(Object(filters)["scheduled_plan.id"] ?? "").split(",");
  return instance.jobs
    .filter((job) => ids.includes(job.plan))
    .map((job): Row => {
      const all: Row = {
        "scheduled_plan.id": job.plan,
        "scheduled_job.created_time": new Date(job.startedAtMs).toISOString().slice(0, 19).replace("T", " "),
        "scheduled_job.status": job.status,
        "scheduled_job.status_detail": job.detail === "" ? null : job.detail,
      };
      return Object.fromEntries(fields.map((field) => [field, all[field] ?? null]));
    })
    .reverse();
}
