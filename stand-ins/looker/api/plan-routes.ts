/** Schedules: made, changed, deleted, found, and run once. */

import { type Request, Router } from "express";
import type { AccessTokens } from "./access-tokens";
import { forbidden, invalid, notFound } from "./api-error";
import { type ApiUser, byId, type LookerInstance, type StoredPlan } from "./instance";
import type { PlanScheduler } from "./plan-scheduler";
import { userOf } from "./session";

export function planRoutes(instance: LookerInstance, tokens: AccessTokens, scheduler: PlanScheduler): Router {
  const router = Router();
  router.get("/scheduled_plans", (request, response) => {
    const user = scheduling(request);
    response.json(instance.plans.filter(isOf(user, request.query["all_users"] === "true")));
  });
  router.get("/scheduled_plans/look/:id", (request, response) => {
    const user = scheduling(request);
    const mayAsk = isOf(user, request.query["all_users"] === "true");
    response.json(instance.plans.filter((plan) => plan.look_id === request.params.id).filter(mayAsk));
  });
  router.get("/scheduled_plans/:id", (request, response) => {
    response.json(planOf(scheduling(request), request.params.id));
  });
  router.post("/scheduled_plans", (request, response) => {
    const plan = newPlan(scheduling(request), request.body);
    instance.plans.push(plan);
    scheduler.arm(plan);
    response.json(plan);
  });
  router.post("/scheduled_plans/run_once", (request, response) => {
    const plan = newPlan(scheduling(request), { ...Object(request.body), run_once: true });
    void scheduler.run(plan);
    response.json(plan);
  });
  router.post("/scheduled_plans/:id/run_once", (request, response) => {
    const plan = planOf(scheduling(request), request.params.id);
    void scheduler.run({ ...plan, ...Object(request.body), run_once: true });
    response.json({ ...plan, run_once: true });
  });
  router.patch("/scheduled_plans/:id", (request, response) => {
    const user = scheduling(request);
    const plan = planOf(user, request.params.id);
    check({ ...plan, ...Object(request.body) });
    Object.assign(plan, request.body);
    scheduler.arm(plan);
    response.json(plan);
  });
  router.delete("/scheduled_plans/:id", (request, response) => {
    const plan = planOf(scheduling(request), request.params.id);
    scheduler.disarm(plan);
    instance.removePlan(plan.id);
    response.status(204).end();
  });
  return router;

  function scheduling(request: Request): ApiUser {
    return userOf(request, tokens, "send_to_integration");
  }

  /** Whoever is no admin sees and changes only their own. */
  function planOf(user: ApiUser, id: string): StoredPlan {
    const plan = byId(instance.plans, id);
    if (!plan) throw notFound();
    if (!isOf(user, true)(plan)) throw forbidden();
    return plan;
  }

  function newPlan(user: ApiUser, body: unknown): StoredPlan {
    const plan = { enabled: true, run_once: false, ...Object(body), id: instance.nextId(), user_id: user.id };
    check(plan);
    return plan;
  }

  function check(plan: StoredPlan): void {
    const problems: Record<string, string> = {};
    const content = [plan.look_id, plan.query_id].filter((id) => id !== undefined && id !== null);
    if (content.length !== 1) problems["base"] = "Exactly one of look_id and query_id must be given";
    if (plan.look_id && !byId(instance.looks, plan.look_id)) problems["look_id"] = "is not a Look";
    if (plan.query_id && !byId(instance.queries, plan.query_id)) problems["query_id"] = "is not a query";
    if (!plan.run_once && !plan.crontab) problems["crontab"] = "can't be blank";
    for (const { type } of plan.scheduled_plan_destination ?? []) {
      const id = /^looker-integration:\/\/(.+)$/.exec(type ?? "")?.[1];
      if (id !== undefined && !byId(instance.integrations, id)?.enabled)
        problems["type"] = "The action is not enabled";
    }
    if (Object.keys(problems).length > 0) throw invalid(problems);
  }
}

function isOf(user: ApiUser, all: boolean) {
  const seesAll = all && user.permissions.includes("administer");
  return (plan: StoredPlan) => seesAll || plan.user_id === user.id;
}
