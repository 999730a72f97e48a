/** Looker's version, and what the API user is and may do. */

import type { IApiVersion, IRole, IUser, IUserAttribute } from "@looker/sdk";
import { Router } from "express";
import type { AccessTokens } from "./access-tokens";
import { notFound } from "./api-error";
import type { LookerInstance, StoredUserAttribute } from "./instance";
import { userOf } from "./session";

/** @param url where the instance is */
export function userRoutes(instance: LookerInstance, tokens: AccessTokens, url: string): Router {
  const router = Router();
  router.get("/versions", (_request, response) => {
    const current = { version: "4.0", full_version: `4.0.${instance.version}`, status: "current" };
    const versions: IApiVersion = {
      looker_release_version: instance.version,
      current_version: current,
      supported_versions: [current],
      api_server_url: url,
      web_server_url: url,
    };
    response.json(versions);
  });
  router.get("/user", (request, response) => {
    const { id, displayName } = userOf(request, tokens);
    const user: IUser = { id, display_name: displayName, is_disabled: false, role_ids: [id] };
    response.json(user);
  });
  router.get("/users/:id/roles", (request, response) => {
    const { id, permissions } = userOf(request, tokens);
    if (request.params["id"] !== id) throw notFound();
    const role: IRole = { id, name: "Role", permission_set: { id, permissions: [...permissions] } };
    response.json([role]);
  });
  router.get("/user_attributes", (request, response) => {
    userOf(request, tokens, "administer");
    response.json(instance.userAttributes.map(shown));
  });
  return router;
}

function shown({ values: _values, ...attribute }: StoredUserAttribute): IUserAttribute {
  return attribute;
}
