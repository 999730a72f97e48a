/** Action hubs: added, changed, asked for their health, their legal agreement accepted. */

import type { IIntegrationHub, IIntegrationHubHealthResult } from "@looker/sdk";
import { Router } from "express";
import type { AccessTokens } from "./access-tokens";
import { invalid, notFound } from "./api-error";
import { fetchHub } from "./fetch-hub";
import { byId, type LookerInstance, type StoredHub } from "./instance";
import { userOf } from "./session";

const LEGAL_TEXT = "Data that is sent to this action hub leaves Looker. Do you agree?";

export function hubRoutes(instance: LookerInstance, tokens: AccessTokens): Router {
  const router = Router();
  router.use("/integration_hubs", (request, _response, next) => {
    userOf(request, tokens, "administer");
    next();
  });
  router.get("/integration_hubs", (_request, response) => {
    response.json(instance.hubs.map(shown));
  });
  router.post("/integration_hubs", async (request, response) => {
    const url = checkedUrl(request.body);
    if (instance.hubs.some((each) => each.url === url)) throw invalid({ url: "has already been taken" });
    const hub: StoredHub = { id: instance.nextId(), url, token: "", legal_agreement_signed: false };
    instance.hubs.push(hub);
    await change(hub, request.body);
    response.json(shown(hub));
  });
  router.get("/integration_hubs/:id", (request, response) => {
    response.json(shown(hubOf(request.params.id)));
  });
  router.patch("/integration_hubs/:id", async (request, response) => {
    const hub = hubOf(request.params.id);
    await change(hub, request.body);
    response.json(shown(hub));
  });
  router.delete("/integration_hubs/:id", (request, response) => {
    instance.hubs.splice(instance.hubs.indexOf(hubOf(request.params.id)), 1);
    response.status(204).end();
  });
  router.get("/integration_hubs/:id/health", async (request, response) => {
    const hub = hubOf(request.params.id);
    await fetchHub(hub, instance);
    const health: IIntegrationHubHealthResult = hub.fetch_error_message
      ? { success: false, message: hub.fetch_error_message }
      : { success: true, message: "" };
    response.json(health);
  });
  router.post("/integration_hubs/:id/accept_legal_agreement", (request, response) => {
    const hub = hubOf(request.params.id);
    if (hub.legal_agreement_signed) throw invalid({ base: "The legal agreement has been accepted already" });
    hub.legal_agreement_signed = true;
    response.json(shown(hub));
  });
  return router;

  function hubOf(id: string): StoredHub {
    const hub = byId(instance.hubs, id);
    if (!hub) throw notFound();
    return hub;
  }

  async function change(hub: StoredHub, body: unknown): Promise<void> {
    const { url, authorization_token: token } = Object(body);
    if (typeof url === "string") hub.url = url;
    if (typeof token === "string") hub.token = token;
    await fetchHub(hub, instance);
  }
}

function shown({ token, ...hub }: StoredHub): IIntegrationHub {
  return {
    official: false,
    ...hub,
    has_authorization_token: token !== "",
    legal_agreement_required: true,
    legal_agreement_text: LEGAL_TEXT,
  };
}

function checkedUrl(body: unknown): string {
  const { url } = Object(body);
  if (typeof url !== "string" || !URL.canParse(url)) throw invalid({ url: "is invalid" });
  return url;
}
