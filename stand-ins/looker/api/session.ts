/** Login, logout, and who asks. */

import express, { type Request, type RequestHandler, Router } from "express";
import type { AccessTokens } from "./access-tokens";
import { forbidden, notFound, unauthorized } from "./api-error";
import type { ApiUser, LookerInstance } from "./instance";

/** Refuses whoever has not logged in. */
export function requireLogin(tokens: AccessTokens): RequestHandler {
  return (request, _response, next) => {
    if (!tokens.userOf(bearerOf(request))) throw unauthorized();
    next();
  };
}

/** @throws ApiError when nobody has logged in, or may not do it */
export function userOf(request: Request, tokens: AccessTokens, permission?: string): ApiUser {
  const user = tokens.userOf(bearerOf(request));
  if (!user) throw unauthorized();
  if (permission !== undefined && !user.permissions.includes(permission)) throw forbidden();
  return user;
}

export function sessionRoutes(instance: LookerInstance, tokens: AccessTokens): Router {
  const router = Router();
  router.post("/login", express.urlencoded({ extended: false }), (request, response) => {
    const { client_id: id, client_secret: secret } = Object(request.body);
    const user = instance.users.find((each) => each.clientId === id && each.clientSecret === secret);
    if (!user) throw notFound();
    response.json(tokens.give(user));
  });
  router.delete("/logout", requireLogin(tokens), (request, response) => {
    tokens.revoke(bearerOf(request));
    response.status(204).end();
  });
  return router;
}

function bearerOf(request: Request): string {
  return /^(?:Bearer|token) (\S+)$/i.exec(request.get("authorization") ?? "")?.[1] ?? "";
}
