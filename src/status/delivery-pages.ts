/** The pages at `/deliveries`: who may see which, and how they are protected. */

import express, { type ErrorRequestHandler, type Request, type Response, Router } from "express";
import helmet from "helmet";
import type { Clock } from "../clock";
import { Access } from "./access";
import type { DeliveriesRoom } from "./deliveries-room";
import { deliveryRoutes } from "./delivery-routes";
import { listRoutes } from "./list-routes";
import { messagePage } from "./pages/plain-page";
import type { RouteTools } from "./route-tools";
import { signInRoutes } from "./sign-in-routes";
import { createSite, serveAssets } from "./site";

export interface DeliveryPagesOptions {
  deliveries: DeliveriesRoom;
  adminTokens: readonly string[];
  /** Address of the hub, without a slash at its end; undefined: the one that a request names. */
  baseUrl: string | undefined;
  environmentName(id: string): string | undefined;
  clock: Clock;
  /** Aborts when the hub begins to stop. */
  stopping: AbortSignal;
}

/** @returns the pages, to be mounted at `/deliveries` */
export function deliveryPages(options: DeliveryPagesOptions): Router {
  const { baseUrl, clock, deliveries, stopping, environmentName, adminTokens } = options;
  const basePath = baseUrl === undefined ? "" : new URL(baseUrl).pathname.replace(/\/$/, "");
  const site = createSite({ path: `${basePath}/deliveries`, environmentName });
  const access = new Access({ adminTokens, path: site.path, baseUrl, clock }, (request, response) =>
    refuse(
      request,
      response,
      429,
      "Too many wrong tokens",
      "From your address came too many tokens that are wrong. Wait a quarter of an hour, then try again.",
    ),
  );
  const refuse = (request: Request, response: Response, status: number, title: string, message: string) => {
    response.status(status);
    if (wantsJson(request)) response.json({ error: message });
    else response.send(messagePage({ site, title }, message, { text: "All deliveries", href: site.path }));
  };
  const pages: RouteTools = {
    site,
    access,
    deliveries,
    clock,
    stopping,
    wantsJson,
    refuse,
    only(...methods) {
      const message = `This address takes ${methods.join(" and ")} only.`;
      return (request, response) =>
        refuse(request, response.set("Allow", methods.join(", ")), 405, "That did not work", message);
    },
    admin(request, response) {
      const administrator = access.administrator(request);
      if (administrator) {
        return { isAdmin: true, formToken: administrator.session?.formToken ?? "", key: "" };
      }
      if (wantsJson(request)) {
        response.set("WWW-Authenticate", "Token").status(401);
        response.json({ error: "The token is missing or wrong: it is one of ADMIN_TOKENS." });
      } else response.redirect(303, `${site.path}/sign-in${toDelivery(request)}`);
      return undefined;
    },
  };
  const router = Router();
  router.use(protect());
  router.use("/assets", serveAssets(pages.only("GET", "HEAD")));
  router.use((_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router.use(access.limit, express.urlencoded({ extended: false, limit: "16kb" }));
  router.use(signInRoutes(pages), listRoutes(pages), deliveryRoutes(pages));
  router.use((request, response) => noSuchPage(request, response, refuse));
  router.use(onBadRequest(refuse));
  return router;
}

/** Nothing from elsewhere, nothing inline, and nobody may put a page into a frame. */
function protect() {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    // With "no-referrer" browsers would send forms without saying where they come from.
    referrerPolicy: { policy: "same-origin" },
    // That is for whoever provides TLS to say.
    strictTransportSecurity: false,
  });
}

function wantsJson(request: Request): boolean {
  return request.headers.authorization !== undefined || request.accepts(["html", "json"]) === "json";
}

/** Whoever asked for a delivery gets to it after signing in. */
function toDelivery(request: Request): string {
  const id = request.params["id"];
  return typeof id === "string" ? `?to=${encodeURIComponent(id)}` : "";
}

function noSuchPage(request: Request, response: Response, refuse: RouteTools["refuse"]): void {
  refuse(request, response, 404, "Not found", "There is no such page.");
}

/** An address or a form's body that can't be read. */
function onBadRequest(refuse: RouteTools["refuse"]): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const isBody = error instanceof Error && "type" in error && "status" in error;
    if (error instanceof URIError && !response.headersSent) noSuchPage(request, response, refuse);
    else if (isBody && !response.headersSent) {
      refuse(request, response, 400, "That did not work", "The form could not be read.");
    } else next(error);
  };
}
