/** What Looker says of the query behind a result: enough to have the same result again over its API. */

export interface QuerySource {
  /** Id of the query. */
  query: string;
  /** Id of the schedule; absent when the query was sent once. */
  plan?: string;
  /** Where the result was to be downloaded: says which Looker it is. */
  hostname: string;
  /** What the query is about, to tell it from another Looker's with the same id; absent where Looker does not say. */
  model?: string;
  view?: string;
  fields?: readonly string[];
}

/**
 * @param scheduledPlan as an execute has it; what is not as expected is taken as not there
 * @returns undefined when Looker does not say which query it is
 */
export function querySourceOf(scheduledPlan: unknown, downloadUrl: string): QuerySource | undefined {
  const { query_id: queryId, scheduled_plan_id: planId, query } = Object(scheduledPlan);
  const id = idOf(queryId);
  if (id === undefined || !URL.canParse(downloadUrl)) return undefined;
  const plan = idOf(planId);
  const { model, view, fields } = Object(query);
  return {
    query: id,
    hostname: new URL(downloadUrl).hostname,
    ...(plan !== undefined && { plan }),
    ...(typeof model === "string" && { model }),
    ...(typeof view === "string" && { view }),
    ...(Array.isArray(fields) && { fields: fields.filter((name) => typeof name === "string") }),
  };
}

/** Looker before API 4.0 wrote numbers. */
function idOf(value: unknown): string | undefined {
  return typeof value === "number" || (typeof value === "string" && value !== "") ? String(value) : undefined;
}
