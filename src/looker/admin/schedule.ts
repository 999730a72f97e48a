/** Makes or changes a schedule that delivers a Look or a query to this hub's action, and runs it. */

import type { IIntegration, IScheduledPlan, IWriteScheduledPlan } from "@looker/sdk";
import { findAction, findHub } from "./find-action";
import type { LookerApi } from "./looker-api";
import { destinationChanges, destinationFor, destinationType, type FormParams } from "./plan-destination";
import type { Step } from "./step";

export interface ScheduleOptions {
  /** Address at which Looker reaches the hub. */
  hubUrl: string;
  /** Name of the action, as in the manifest. */
  action: string;
  /** What is delivered: a Look or a query, by its id. */
  content: { look: string } | { query: string };
  /** Name of the schedule; undefined: after the Look and the environment. */
  title: string | undefined;
  /** When it runs; undefined: only now. */
  crontab: string | undefined;
  /** Of the crontab; undefined: Looker's own. */
  timezone: string | undefined;
  form: FormParams;
  runNow: boolean;
}

type OnStep = (step: Step) => void;

/**
 * A schedule of the API user's with the same name, content and action is changed; else one is made.
 * @returns whether the schedule is as it is to be
 * @throws LookerApiError
 */
export async function schedule(api: LookerApi, options: ScheduleOptions, onStep: OnStep): Promise<boolean> {
  const { sdk } = api;
  const action = await enabledAction(api, options, onStep);
  if (!action) return false;
  const wanted = await planFor(api, options, action);
  if (options.crontab === undefined) {
    await sdk.ok(sdk.scheduled_plan_run_once(wanted));
    onStep({ what: "Run", outcome: "done", detail: started(wanted.name) });
    return true;
  }
  const plan = await madeOrChanged(api, wanted, destinationType(action.id ?? ""), onStep);
  if (!plan) return false;
  if (options.runNow) {
    await sdk.ok(sdk.scheduled_plan_run_once_by_id(plan.id ?? ""));
    onStep({ what: "Run", outcome: "done", detail: started(wanted.name) });
  }
  return true;
}

function started(name: string | null | undefined): string {
  return `Looker runs "${name}" now; its result shows under Admin › Schedule History`;
}

async function enabledAction(
  api: LookerApi,
  { hubUrl, action: name }: ScheduleOptions,
  onStep: OnStep,
): Promise<IIntegration | undefined> {
  const hub = await findHub(api, hubUrl);
  const action = hub && (await findAction(api, hub.id ?? "", name));
  if (action?.enabled) return action;
  const missing = hub ? "is not enabled in Looker" : `is not in Looker: it has no action hub ${hubUrl}`;
  onStep({ what: "Action", outcome: "failed", detail: `${name} ${missing}. Run register first` });
  return undefined;
}

async function planFor(
  { sdk }: LookerApi,
  options: ScheduleOptions,
  action: IIntegration,
): Promise<IWriteScheduledPlan> {
  const { content, crontab, timezone, form } = options;
  const isLook = "look" in content;
  const title = isLook
    ? (await sdk.ok(sdk.look(content.look, "title"))).title
    : `Query ${(await sdk.ok(sdk.query(content.query, "id"))).id}`;
  const whose = form["property_type"] === "account" ? " accounts" : "";
  const to = `${inWords(options.action)}${whose} ${form["env_id"]}`;
  return {
    name: options.title ?? `${title} to ${to}`,
    ...(isLook ? { look_id: content.look } : { query_id: content.query }),
    ...(crontab !== undefined && { crontab }),
    ...(timezone !== undefined && { timezone }),
    enabled: true,
    require_results: false,
    require_no_results: false,
    require_change: false,
    // All rows, whatever the row limit of the query is.
    send_all_results: true,
    scheduled_plan_destination: [destinationFor(action, form)],
  };
}

/** "Heap events" of `heap_events`: the schedule is found by its name again, and an action's label may change. */
function inWords(action: string): string {
  return (action.charAt(0).toUpperCase() + action.slice(1)).replaceAll("_", " ");
}

async function madeOrChanged(
  api: LookerApi,
  wanted: IWriteScheduledPlan,
  destination: string,
  onStep: OnStep,
): Promise<IScheduledPlan | undefined> {
  const { sdk } = api;
  const what = "Schedule";
  const same = (await plansOfContent(api, wanted)).filter(
    ({ name, scheduled_plan_destination: to }) =>
      name === wanted.name && to?.some(({ type }) => type === destination),
  );
  const [found, another] = same;
  if (another) {
    const ids = same.map(({ id }) => id).join(", ");
    const detail = `several schedules are called "${wanted.name}" (ids ${ids}). Delete all but one, or give --title`;
    onStep({ what, outcome: "failed", detail });
    return undefined;
  }
  if (!found) {
    const made = await sdk.ok(sdk.create_scheduled_plan(wanted));
    onStep({ what, outcome: "done", detail: `made "${wanted.name}" (id ${made.id}), ${wanted.crontab}` });
    return made;
  }
  const { changes, body } = differences(found, wanted, destination);
  if (changes.length === 0) {
    onStep({ what, outcome: "unchanged", detail: `"${wanted.name}" is there (id ${found.id})` });
    return found;
  }
  const changed = await sdk.ok(sdk.update_scheduled_plan(found.id ?? "", body));
  const detail = `changed "${wanted.name}" (id ${found.id}): ${changes.join(", ")}`;
  onStep({ what, outcome: "done", detail });
  return changed;
}

async function plansOfContent({ sdk }: LookerApi, wanted: IWriteScheduledPlan): Promise<IScheduledPlan[]> {
  const { look_id: look, query_id: query } = wanted;
  if (look) return sdk.ok(sdk.scheduled_plans_for_look({ look_id: look }));
  return (await sdk.ok(sdk.all_scheduled_plans({}))).filter((plan) => plan.query_id === query);
}

const COMPARED = ["crontab", "timezone", "enabled", "send_all_results"] as const;

/** What is to be changed, by name, and the request for it. Other destinations of the schedule stay. */
function differences(
  found: IScheduledPlan,
  { scheduled_plan_destination: wantedTo, ...wanted }: IWriteScheduledPlan,
  destination: string,
): { changes: string[]; body: IWriteScheduledPlan } {
  const changes: string[] = COMPARED.filter(
    (name) => wanted[name] !== undefined && wanted[name] !== found[name],
  );
  const to = (found.scheduled_plan_destination ?? []).map((each) => {
    const [ours] = wantedTo ?? [];
    if (each.type !== destination || !ours) return each;
    changes.push(...destinationChanges(each, ours));
    return { ...each, ...ours };
  });
  return { changes, body: { ...wanted, scheduled_plan_destination: to } };
}
