/** Integrations (actions): enabled, tested, their form fetched from the hub. */

import type { IIntegration, IIntegrationTestResult } from "@looker/sdk";
import { Router } from "express";
import { HubClient } from "../hub-client";
import type { HubReply } from "../post-to-hub";
import type { AccessTokens } from "./access-tokens";
import { ApiError, invalid, notFound } from "./api-error";
import { type ApiUser, byId, type LookerInstance, type StoredIntegration } from "./instance";
import { paramsOfUser } from "./params-of-user";
import { userOf } from "./session";

export function integrationRoutes(instance: LookerInstance, tokens: AccessTokens): Router {
  const router = Router();
  router.get("/integrations", (request, response) => {
    userOf(request, tokens, "send_to_integration");
    const hub = request.query["integration_hub_id"];
    const asked = instance.integrations.filter(
      (each) => hub === undefined || each.integration_hub_id === hub,
    );
    response.json(asked.map(shown));
  });
  router.get("/integrations/:id", (request, response) => {
    userOf(request, tokens, "send_to_integration");
    response.json(shown(integrationOf(request.params.id)));
  });
  router.patch("/integrations/:id", (request, response) => {
    userOf(request, tokens, "administer");
    const integration = integrationOf(request.params.id);
    const { enabled, params } = Object(request.body);
    const hub = byId(instance.hubs, integration.integration_hub_id);
    if (enabled === true && !hub?.legal_agreement_signed)
      throw invalid({ enabled: "The integration hub's legal agreement must be accepted first" });
    if (typeof enabled === "boolean") integration.enabled = enabled;
    if (Array.isArray(params)) integration.params = params;
    response.json(shown(integration));
  });
  router.post("/integrations/:id/form", async (request, response) => {
    const user = userOf(request, tokens, "send_to_integration");
    const { status, body } = await formOf(integrationOf(request.params.id), request.body, user);
    if (status !== 200)
      throw new ApiError(400, { message: `The hub answered ${status}`, documentation_url: null });
    response.json(body);
  });
  router.post("/integrations/:id/test", async (request, response) => {
    const user = userOf(request, tokens, "administer");
    const { status } = await formOf(integrationOf(request.params.id), {}, user);
    const result: IIntegrationTestResult =
      status === 200
        ? { success: true, message: "Passed" }
        : { success: false, message: `The hub answered ${status} to the form` };
    response.json(result);
  });
  return router;

  function integrationOf(id: string): StoredIntegration {
    const integration = byId(instance.integrations, id);
    if (!integration) throw notFound();
    return integration;
  }

  async function formOf(integration: StoredIntegration, params: unknown, { id }: ApiUser): Promise<HubReply> {
    const hub = byId(instance.hubs, integration.integration_hub_id);
    const { url = "", token = "" } = hub ?? {};
    const client = new HubClient({ url, token, version: instance.version });
    return client.form(integration.formUrl, Object(params), paramsOfUser(integration, id, instance));
  }
}

function shown({ executeUrl: _execute, formUrl: _form, ...integration }: StoredIntegration): IIntegration {
  return integration;
}
