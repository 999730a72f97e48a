/** Looker's API 4.0, as far as it is called here. Paths and shapes: @looker/sdk. */

import express, { type Express } from "express";
import type { AccessTokens } from "./access-tokens";
import { answerApiError, notFound } from "./api-error";
import { contentRoutes } from "./content-routes";
import { hubRoutes } from "./hub-routes";
import type { LookerInstance } from "./instance";
import { integrationRoutes } from "./integration-routes";
import { planRoutes } from "./plan-routes";
import type { PlanScheduler } from "./plan-scheduler";
import { requireLogin, sessionRoutes } from "./session";
import { userRoutes } from "./user-routes";

export const API_PATH = "/api/4.0";

export interface ApiParts {
  readonly instance: LookerInstance;
  readonly tokens: AccessTokens;
  readonly scheduler: PlanScheduler;
  /** Where the instance is. */
  readonly url: string;
}

export function lookerApi({ instance, tokens, scheduler, url }: ApiParts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(
    API_PATH,
    sessionRoutes(instance, tokens),
    requireLogin(tokens),
    express.json(),
    userRoutes(instance, tokens, url),
    hubRoutes(instance, tokens),
    integrationRoutes(instance, tokens),
    contentRoutes(instance, tokens),
    planRoutes(instance, tokens, scheduler),
  );
  app.use(() => {
    throw notFound();
  });
  app.use(answerApiError);
  return app;
}
