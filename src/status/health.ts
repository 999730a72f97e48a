/** Whether the hub is alive, and whether it can take work. */

import { Router } from "express";

/** @param ready says why no work can be taken, or undefined when it can */
export function healthRoutes(ready: () => string | undefined): Router {
  const router = Router();
  router.get("/healthz", (_request, response) => {
    response.json({ status: "ok" });
  });
  router.get("/readyz", (_request, response) => {
    const problem = ready();
    if (problem === undefined) response.json({ status: "ok" });
    else response.status(503).json({ status: "not ready", problem });
  });
  return router;
}
