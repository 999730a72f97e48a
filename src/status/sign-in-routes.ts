/** Signing in with an administrator's token, and out again. */

import { Router } from "express";
import { signInPage } from "./pages/plain-page";
import type { RouteTools } from "./route-tools";

export function signInRoutes({ site, access, refuse, only }: RouteTools): Router {
  const router = Router();
  router.get("/sign-in", (request, response) => {
    response.send(signInPage(site, { to: deliveryIn(request.query["to"]) }));
  });
  router.post("/sign-in", (request, response) => {
    const to = deliveryIn(request.body?.to);
    const token: unknown = request.body?.token;
    if (!access.isSameOrigin(request)) {
      refuse(request, response, 403, "That did not work", "This form was sent from another site.");
      return;
    }
    const isIn = typeof token === "string" && access.signIn(request, response, token.trim());
    if (isIn) response.redirect(303, to === "" ? site.path : `${site.path}/${to}`);
    else if (isIn === false) {
      const problem =
        "This is not an administrator's token. The token that Looker uses does not open these pages.";
      response.status(401).send(signInPage(site, { to, problem }));
    }
  });
  router.post("/sign-out", (request, response) => {
    const administrator = access.administrator(request);
    if (administrator && access.isOwnForm(request, administrator)) access.signOut(response, administrator);
    response.redirect(303, `${site.path}/sign-in`);
  });
  router.all("/sign-in", only("GET", "HEAD", "POST"));
  router.all("/sign-out", only("POST"));
  return router;
}

/** The id of the delivery to go to; empty when there is none. Nothing else: it becomes part of an address. */
function deliveryIn(value: unknown): string {
  return typeof value === "string" && /^[\w-]{1,64}$/.test(value) ? value : "";
}
